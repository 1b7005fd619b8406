#ifndef RELAY_CONDITIONS_H
#define RELAY_CONDITIONS_H

#include <stdbool.h>
#include <stdint.h>

/* What one direction of a link does to wire packets. All zero: nothing. */
struct conditions {
    uint64_t delay;  /* ns */
    uint64_t jitter; /* ns, one standard deviation */
    uint64_t loss;   /* of 2^63 */
    uint64_t rate;   /* bit/s, 0: without limit */
    uint64_t queue;  /* packets that wait while one is being sent; counts with a rate only */
};

/* With one of these each wire packet has a fate of its own, so large frames are cut up. */
static inline bool conditions_per_packet(const struct conditions *conditions) {
    return conditions->loss != 0 || conditions->jitter != 0 || conditions->rate != 0;
}

/* With none of these a packet leaves as it comes. */
static inline bool conditions_take_time(const struct conditions *conditions) {
    return conditions->delay != 0 || conditions->jitter != 0 || conditions->rate != 0;
}

#endif
