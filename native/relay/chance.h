#ifndef RELAY_CHANCE_H
#define RELAY_CHANCE_H

#include <stdbool.h>
#include <stdint.h>

#include "random.h"

/* Probabilities are parts of 2^63, commands bring parts of 10^9. */
#define CHANCE_ALL (1ULL << 63)
#define CHANCE_PPB 1000000000ULL

/* A chance that remembers: how likely a hit is after a miss, and after a hit. Alike: no memory. */
struct chance {
    uint64_t after_miss;
    uint64_t after_hit;
};

static inline bool chance_never(const struct chance *chance) {
    return chance->after_miss == 0;
}

static inline uint64_t chance_draw(struct random *random) {
    return random_next(random) >> 1;
}

static inline uint64_t chance_from_ppb(uint64_t ppb) {
    __extension__ unsigned __int128 scaled = (unsigned __int128)ppb << 63;

    return (uint64_t)(scaled / CHANCE_PPB);
}

/* The fate of the next packet. */
static inline bool chance_hits(const struct chance *chance, uint64_t draw, bool *last) {
    *last = draw < (*last ? chance->after_hit : chance->after_miss);
    return *last;
}

#endif
