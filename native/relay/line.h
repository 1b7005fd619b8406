#ifndef RELAY_LINE_H
#define RELAY_LINE_H

#include <stdbool.h>
#include <stdint.h>

#include "conditions.h"
#include "frame.h"

/*
 * The frames of one direction: those whose last bit has not yet left the near end, in the order in
 * which they leave, and those on their way, in the order in which they arrive. Only frames that
 * overtake arrive out of order.
 */
struct line {
    struct row waiting;
    struct row flight;
    uint64_t waiting_count;
    uint64_t waiting_bytes; /* of wires, without the one being sent */
    uint64_t free_at;       /* when the near end will have sent all it has */
    uint64_t rest;          /* remainder of the last division by the rate */
    uint64_t latest;        /* when the last frame that keeps its place arrives */
    uint64_t overtaken;     /* how many frames have overtaken another */
    unsigned overtakers;    /* of those waiting */
    struct trace_place place;
};

/* Nothing is held. */
static inline bool line_empty(const struct line *line) {
    return line->waiting.first == NULL && line->flight.first == NULL;
}

/* Whether the queue in front of the rate takes one more packet of so many bytes. */
bool line_has_room(struct line *line, const struct conditions *conditions, uint64_t now, uint32_t bytes);

/* Takes a frame and sets when it arrives. */
void line_put(struct line *line, const struct conditions *conditions, uint64_t now, struct frame *frame);

/* Puts back a frame that is due at once. */
void line_put_first(struct line *line, uint64_t now, struct frame *frame);

/* The next frame to arrive, if it is due, after `frame`, or the first one for NULL. */
struct frame *line_due(struct line *line, uint64_t now, struct frame *frame);

/* When something is to be done next; UINT64_MAX: never. */
uint64_t line_next(const struct line *line);

/* Takes the first frame to arrive off. */
void line_drop_first(struct line *line);

/* Forgets all frames, and returns how many wire packets they were. */
uint64_t line_clear(struct line *line);

/* Works out anew when the frames held arrive, after conditions went from `old` to `new`. */
void line_change(struct line *line, const struct conditions *old, const struct conditions *new, uint64_t now);

#endif
