#ifndef RELAY_FATE_H
#define RELAY_FATE_H

#include <stdbool.h>
#include <stdint.h>

#include "conditions.h"
#include "random.h"

/* What chance has in store for one wire packet. All zero: it passes, delayed as all are. */
struct fate {
    bool lost, duplicated, corrupted, overtakes;
    int32_t swing; /* its jitter */
    uint64_t bit;  /* picks the one to be turned over */
};

/* The chances of one direction, and where its models stand. */
struct chances {
    struct random streams[RANDOM_PURPOSES];
    struct loss_state loss;
    bool duplicated, corrupted, reordered; /* the packet before */
    uint32_t in_order;                     /* packets since one was meant to overtake */
};

void chances_seed(struct chances *chances, uint64_t seed, uint32_t link, unsigned direction);

/*
 * The next packet's fate. Every wire packet draws once from every stream whatever the conditions are
 * and whatever becomes of it: so the n-th packet of a direction meets the same chances for the same seed.
 */
struct fate fate_draw(struct chances *chances, const struct conditions *conditions);

/* Models that are other ones now begin anew. */
void chances_change(struct chances *chances, const struct conditions *old, const struct conditions *new);

#endif
