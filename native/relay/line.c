#include "line.h"

#include <stddef.h>

#include "clock.h"
#include "random.h"

/* Beyond this (36 years) times would run over; only an absurd rate gets there. */
#define FAR_AWAY (1ULL << 60)

/* Delay and jitter of one packet; never below zero. */
static uint64_t latency(const struct conditions *conditions, int32_t swing) {
    int64_t shift = (int64_t)conditions->jitter * swing / RANDOM_NORMAL_ONE;
    int64_t total = (int64_t)conditions->delay + shift;

    return total > 0 ? (uint64_t)total : 0;
}

/* Nanoseconds that so many bytes occupy the wire; fractions are carried over to the next. */
static uint64_t serialisation(struct line *line, uint64_t rate, uint32_t bytes) {
    uint64_t total = (uint64_t)bytes * 8 * NANOSECONDS_PER_SECOND + line->rest;

    line->rest = total % rate;
    return total / rate;
}

static void advance(struct line *line, uint64_t now) {
    while (line->waiting && line->waiting->sent_at <= now) {
        line->waiting = line->waiting->next;
        line->waiting_count--;
    }
}

bool line_has_room(struct line *line, const struct conditions *conditions, uint64_t now) {
    if (conditions->rate == 0)
        return true;
    advance(line, now);
    /* One is being sent, the others queue. */
    return line->waiting_count <= conditions->queue &&
           (line->free_at < now || line->free_at - now < FAR_AWAY);
}

void line_put(struct line *line, const struct conditions *conditions, uint64_t now, struct frame *frame) {
    frame->sent_at = now;
    if (conditions->rate != 0) {
        if (line->free_at < now) {
            line->free_at = now;
            line->rest = 0;
        }
        line->free_at += serialisation(line, conditions->rate, frame->wire_bytes);
        frame->sent_at = line->free_at;
    }
    frame->due = frame->sent_at + latency(conditions, frame->swing);
    if (line->last && frame->due < line->last->due)
        frame->due = line->last->due;
    frame->next = NULL;
    if (line->last)
        line->last->next = frame;
    else
        line->first = frame;
    line->last = frame;
    if (frame->sent_at > now) {
        if (line->waiting == NULL)
            line->waiting = frame;
        line->waiting_count++;
    }
}

void line_put_first(struct line *line, uint64_t now, struct frame *frame) {
    frame->sent_at = now;
    frame->due = now;
    frame->next = line->first;
    line->first = frame;
    if (line->last == NULL)
        line->last = frame;
}

void line_drop_first(struct line *line) {
    struct frame *frame = line->first;

    if (line->waiting == frame) {
        line->waiting = frame->next;
        line->waiting_count--;
    }
    line->first = frame->next;
    if (line->first == NULL)
        line->last = NULL;
    frame_free(frame);
}

/*
 * Frames on their way arrive sooner when the wire got shorter, never later than they would have.
 * What waits goes on at the new rate, from the bit that was being sent.
 */
void line_change(struct line *line, const struct conditions *old, const struct conditions *new,
                 uint64_t now) {
    uint64_t arrived = 0;
    struct frame *frame = line->first;

    advance(line, now);
    for (; frame != line->waiting; frame = frame->next) {
        uint64_t due = frame->sent_at + latency(new, frame->swing);

        if (due < frame->due)
            frame->due = due;
        if (frame->due < arrived)
            frame->due = arrived;
        arrived = frame->due;
    }
    if (frame && new->rate != old->rate) {
        __extension__ unsigned __int128 bits = (unsigned __int128)(frame->sent_at - now) * old->rate;

        line->rest = 0;
        line->free_at = new->rate ? now + (uint64_t)(bits / new->rate) : now;
        for (struct frame *each = frame; each; each = each->next) {
            if (each != frame && new->rate)
                line->free_at += serialisation(line, new->rate, each->wire_bytes);
            each->sent_at = line->free_at;
        }
    }
    for (; frame; frame = frame->next) {
        frame->due = frame->sent_at + latency(new, frame->swing);
        if (frame->due < arrived)
            frame->due = arrived;
        arrived = frame->due;
    }
    advance(line, now);
}
