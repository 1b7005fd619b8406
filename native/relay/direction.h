#ifndef RELAY_DIRECTION_H
#define RELAY_DIRECTION_H

#include <stdbool.h>
#include <stdint.h>

#include "conditions.h"
#include "counters.h"
#include "fate.h"
#include "heap.h"
#include "line.h"
#include "parcel.h"

/* One direction of a link: from a port, through conditions, to the other port. */
struct direction {
    struct heap_item timer; /* first, so that a heap item is its direction */
    struct link *link;
    unsigned side; /* of the link, where it begins */
    int to;        /* ifindex of the far port */
    struct counters *counters;
    struct conditions conditions;
    struct line line;
    struct chances chances;
    uint64_t retry_at; /* the far port was full: not before this time */
    bool down;
    bool ruled; /* there are rules, which want to see each wire packet */
};

void direction_open(struct direction *direction);

/* Whether a packet leaves at once as it is. */
static inline bool direction_idle(const struct direction *direction) {
    return line_empty(&direction->line) && !conditions_take_time(&direction->conditions);
}

/* Sends frames that need no copy, and what is due; what the far port has no room for is kept. */
void direction_send_at_once(struct direction *direction, struct parcel *parcels, unsigned count,
                            uint64_t now);

/* Sends what is due. */
void direction_pump(struct direction *direction, uint64_t now);

/* Takes over conditions, which are its own from now on. What was sent before the call meets the old ones. */
void direction_set(struct direction *direction, const struct conditions *conditions);

/* A direction that goes down loses what is on its way, like a cable that is cut. */
void direction_set_down(struct direction *direction, bool down);

/* Forgets the frames held and frees what it has. */
void direction_close(struct direction *direction);

#endif
