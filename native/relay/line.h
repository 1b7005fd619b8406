#ifndef RELAY_LINE_H
#define RELAY_LINE_H

#include <stdbool.h>
#include <stdint.h>

#include "conditions.h"
#include "frame.h"

/*
 * The frames of one direction in order: those on their way to the far end, then those whose last
 * bit has not yet left the near end. They never overtake each other.
 */
struct line {
    struct frame *first;
    struct frame *last;
    struct frame *waiting; /* first of those not yet sent, NULL when there is none */
    uint64_t waiting_count;
    uint64_t free_at; /* when the near end will have sent all it has */
    uint64_t rest;    /* remainder of the last division by the rate */
};

/* Whether the queue in front of the rate takes one more. */
bool line_has_room(struct line *line, const struct conditions *conditions, uint64_t now);

/* Appends a frame and sets when it arrives. */
void line_put(struct line *line, const struct conditions *conditions, uint64_t now, struct frame *frame);

/* Puts back a frame that is due at once. */
void line_put_first(struct line *line, uint64_t now, struct frame *frame);

/* Takes the first frame off. */
void line_drop_first(struct line *line);

/* Works out anew when the frames held arrive, after conditions went from `old` to `new`. */
void line_change(struct line *line, const struct conditions *old, const struct conditions *new, uint64_t now);

#endif
