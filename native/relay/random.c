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
