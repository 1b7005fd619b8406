#include "intake.h"

#include <stddef.h>

#include "clock.h"
#include "direction.h"
#include "arrival.h"
#include "ports.h"
#include "tap.h"

enum { SOME = 4, ALL = 1024 };

/* Frames that came in a row for the same direction and leave as they are. */
static struct parcel run[PARCELS];
static unsigned run_size;

static void end_run(struct direction *direction, uint64_t now) {
    if (direction == NULL)
        return;
    direction_send_at_once(direction, run, run_size, now);
    run_size = 0;
}

/* Returns the direction of the last one. */
static struct direction *decide(struct parcel *parcels, unsigned count) {
    uint64_t now = clock_now();
    struct direction *current = NULL;

    for (unsigned i = 0; i < count; i++) {
        struct direction *direction = ports_find(parcels[i].ifindex);

        /* Its link was removed a moment ago. */
        if (direction == NULL)
            continue;
        if (direction != current)
            end_run(current, now);
        current = direction;
        if (parcels[i].size == 0)
            direction->counters->errors++;
        else if (arrival_take(direction, &parcels[i], now))
            run[run_size++] = parcels[i];
    }
    end_run(current, now);
    return current;
}

void intake_run(bool all) {
    struct parcel parcels[PARCELS];
    struct direction *last = NULL;
    bool more = true;

    for (int round = 0; round < (all ? ALL : SOME) && more; round++) {
        unsigned count = tap_receive(parcels, all, &more);
        struct direction *direction = decide(parcels, count);

        if (direction)
            last = direction;
    }
    if (last == NULL)
        return;
    unsigned missed = tap_missed();

    /* Nobody knows whose they were; who was being read is the likeliest. */
    last->counters->missed += missed;
    if (missed > 0)
        tap_grow();
}
