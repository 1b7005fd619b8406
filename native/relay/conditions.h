#ifndef RELAY_CONDITIONS_H
#define RELAY_CONDITIONS_H

#include <stdbool.h>
#include <stdint.h>

#include "chance.h"
#include "loss.h"
#include "trace.h"

/* What one direction of a link does to wire packets. All zero: nothing. */
struct conditions {
    struct loss loss;
    struct chance duplicate, corrupt, reorder;
    uint32_t gap;           /* every how many packets one may overtake; 0 and 1: every one */
    uint32_t mtu;           /* bytes without the ethernet header, 0: without limit */
    uint64_t delay;         /* ns */
    uint64_t jitter;        /* ns */
    const int16_t *swings;  /* jitter.h; NULL without jitter */
    uint64_t rate;          /* bit/s, 0: without limit */
    int32_t overhead;       /* bytes that each packet takes of the rate beside its own */
    uint32_t cell_size;     /* bytes of a packet in each cell, 0: no cells */
    uint32_t cell_overhead; /* bytes beside them */
    const struct trace *trace; /* in the place of a rate */
    /* How much waits while one is being sent, 0: without limit; with a rate or trace only. */
    uint64_t queue_packets;
    uint64_t queue_bytes;
    uint64_t queue_time; /* ns */
};

/* Whether bits leave one after the other. */
static inline bool conditions_paced(const struct conditions *conditions) {
    return conditions->rate != 0 || conditions->trace != NULL;
}

/* With one of these each wire packet has a fate of its own, so large frames are cut up. */
static inline bool conditions_per_packet(const struct conditions *conditions) {
    return !loss_never(&conditions->loss) || conditions->jitter != 0 || conditions_paced(conditions) ||
           !chance_never(&conditions->duplicate) || !chance_never(&conditions->corrupt) ||
           !chance_never(&conditions->reorder) || conditions->mtu != 0;
}

/* With none of these a packet leaves as it comes. */
static inline bool conditions_take_time(const struct conditions *conditions) {
    return conditions->delay != 0 || conditions->jitter != 0 || conditions_paced(conditions);
}

/*
 * Reads words like `delay=20000000 loss=random,10000000` up to the end or a word `/`, and moves `*text`
 * past that. 0, or -errno with nothing to release.
 */
int conditions_read(char **text, struct conditions *conditions);

/* Frees what belongs to conditions. */
void conditions_release(struct conditions *conditions);

#endif
