#ifndef RELAY_RANDOM_H
#define RELAY_RANDOM_H

#include <stdint.h>

/* xoshiro256**, Blackman and Vigna 2018, https://prng.di.unimi.it/ */
struct random {
    uint64_t state[4];
};

/*
 * One stream per purpose, and one draw from each of them for every packet: setting one condition never
 * shifts the chances of another.
 */
enum random_purpose {
    RANDOM_LOSS = 1,
    RANDOM_JITTER = 2,
    RANDOM_LOSS_STATE = 3,
    RANDOM_DUPLICATE = 4,
    RANDOM_REORDER = 5,
    RANDOM_CORRUPT = 6,
    RANDOM_BIT = 7, /* which bit of it is turned over */
    RANDOM_PURPOSES = 7,
};

void random_seed(struct random *random, uint64_t seed, uint32_t link, unsigned direction,
                 enum random_purpose purpose);

static inline uint64_t random_rotate(uint64_t value, int bits) {
    return (value << bits) | (value >> (64 - bits));
}

static inline uint64_t random_next(struct random *random) {
    uint64_t *s = random->state;
    uint64_t result = random_rotate(s[1] * 5, 7) * 9;
    uint64_t t = s[1] << 17;

    s[2] ^= s[0];
    s[3] ^= s[1];
    s[1] ^= s[2];
    s[0] ^= s[3];
    s[2] ^= t;
    s[3] = random_rotate(s[3], 45);
    return result;
}

#endif
