#ifndef RELAY_LOSS_H
#define RELAY_LOSS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum loss_model { LOSS_RANDOM, LOSS_GILBERT_ELLIOTT, LOSS_FOUR_STATE, LOSS_PATTERN };

/* Which packets a wire loses. Chances are parts of 2^63 (chance.h). All zero: none. */
struct loss {
    enum loss_model model;
    uint64_t rate;                                          /* LOSS_RANDOM */
    uint64_t to_bad, to_good, loss_in_bad, loss_in_good;    /* LOSS_GILBERT_ELLIOTT */
    uint64_t p13, p31, p32, p23, p14;                       /* LOSS_FOUR_STATE */
    struct pattern *pattern;                                /* LOSS_PATTERN */
};

/* One letter for each packet, 'x' for a lost one. */
struct pattern {
    size_t size;
    bool repeats;
    char letters[];
};

/* Where a model stands between two packets. All zero is its begin. */
struct loss_state {
    unsigned state;
    uint64_t position;
};

/* A copy of the letters; NULL without memory. */
struct pattern *pattern_new(const char *letters, size_t size, bool repeats);

static inline bool loss_never(const struct loss *loss) {
    return loss->model == LOSS_RANDOM && loss->rate == 0;
}

/* Whether both are the same, so that a state of one is one of the other. */
bool loss_same(const struct loss *one, const struct loss *other);

/* The fate of the next packet, from two draws: one for the loss and one for the change of state. */
bool loss_hits(const struct loss *loss, struct loss_state *state, uint64_t draw, uint64_t change);

#endif
