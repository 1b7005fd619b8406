#include "random.h"

/* splitmix64, the generator that xoshiro's authors recommend for filling its state. */
static uint64_t splitmix64(uint64_t *state) {
    uint64_t z = (*state += 0x9e3779b97f4a7c15ULL);

    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ULL;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebULL;
    return z ^ (z >> 31);
}

/* The same four numbers give the same stream on every machine. */
void random_seed(struct random *random, uint64_t seed, uint32_t link, unsigned direction,
                 enum random_purpose purpose) {
    uint64_t state = seed;

    state = splitmix64(&state) ^ ((uint64_t)link << 8 | direction << 4 | purpose);
    for (int i = 0; i < 4; i++)
        random->state[i] = splitmix64(&state);
}

/*
 * A normal deviate in units of 1/65536 standard deviation: the sum of twelve 16 bit uniforms has a
 * variance of one and reaches six deviations. Whole numbers only, so that no libm or compiler
 * changes the universe of a seed. Always three draws.
 */
int32_t random_normal(struct random *random) {
    int32_t sum = 0;

    for (int draw = 0; draw < 3; draw++) {
        uint64_t bits = random_next(random);

        for (int part = 0; part < 4; part++)
            sum += (int32_t)(bits >> (16 * part) & 0xffff);
    }
    return sum - 12 * 65535 / 2;
}
