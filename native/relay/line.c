#include "line.h"

#include <linux/if_ether.h>
#include <stddef.h>

#include "clock.h"
#include "jitter.h"

/* Beyond this (36 years) times would run over; only an absurd rate gets there. */
#define FAR_AWAY (1ULL << 60)

/* mahimahi counts four bytes of its TUN header with each IP packet, and no ethernet header. */
enum { TUN_HEADER = 4 };

/* Delay and jitter of one packet; never below zero. */
static uint64_t latency(const struct conditions *conditions, const struct frame *frame) {
    if (frame->overtakes)
        return 0;
    int64_t total = (int64_t)conditions->delay + (int64_t)conditions->jitter * frame->swing / JITTER_ONE;

    return total > 0 ? (uint64_t)total : 0;
}

/* Bytes of the rate that a frame takes, as sch_netem's packet_time_ns counts them. */
static uint64_t framed(const struct conditions *conditions, uint32_t bytes) {
    int64_t total = (int64_t)bytes + conditions->overhead;
    uint64_t least = total < 1 ? 1 : (uint64_t)total;

    if (conditions->cell_size == 0)
        return least;
    return (least + conditions->cell_size - 1) / conditions->cell_size *
           (conditions->cell_size + conditions->cell_overhead);
}

/* Nanoseconds that a frame occupies the wire; fractions are carried over to the next. */
static uint64_t serialisation(struct line *line, const struct conditions *conditions, uint32_t bytes) {
    uint64_t total = framed(conditions, bytes) * 8 * NANOSECONDS_PER_SECOND + line->rest;

    line->rest = total % conditions->rate;
    return total / conditions->rate;
}

/* When the last bit of a frame leaves that comes to the end of the queue. */
static uint64_t send(struct line *line, const struct conditions *conditions, uint64_t now, uint32_t bytes) {
    if (conditions->trace) {
        uint32_t counted = bytes > ETH_HLEN ? bytes - ETH_HLEN + TUN_HEADER : TUN_HEADER;

        line->free_at = trace_send(conditions->trace, &line->place, now, counted);
        return line->free_at;
    }
    if (conditions->rate == 0)
        return now;
    if (line->free_at < now) {
        line->free_at = now;
        line->rest = 0;
    }
    line->free_at += serialisation(line, conditions, bytes);
    return line->free_at;
}

/* Sets when a frame arrives that left, or will leave, behind all that are here. */
static void set_due(struct line *line, const struct conditions *conditions, struct frame *frame) {
    frame->due = frame->sent_at + latency(conditions, frame);
    if (frame->overtakes)
        return;
    if (frame->due < line->latest)
        frame->due = line->latest;
    line->latest = frame->due;
}

/* Seen from the end, few are to be passed: those that will be overtaken. */
static void depart(struct line *line, struct frame *frame) {
    struct frame *place = line->flight.last;

    while (place && place->due > frame->due)
        place = place->before;
    if (place != line->flight.last)
        line->overtaken++;
    row_insert(&line->flight, place, frame);
}

static void leave_queue(struct line *line, struct frame *frame) {
    row_remove(&line->waiting, frame);
    line->waiting_count--;
    line->overtakers -= frame->overtakes;
    /* The next one is being sent now, and is no longer in the queue. */
    if (line->waiting.first)
        line->waiting_bytes -= line->waiting.first->wire_bytes;
}

static void advance(struct line *line, uint64_t now) {
    for (struct frame *frame; (frame = line->waiting.first) && frame->sent_at <= now;) {
        leave_queue(line, frame);
        depart(line, frame);
    }
}

bool line_has_room(struct line *line, const struct conditions *conditions, uint64_t now, uint32_t bytes) {
    if (!conditions_paced(conditions))
        return true;
    advance(line, now);
    if (line->waiting.first == NULL)
        return true;
    /* One is being sent, the others queue. */
    if (conditions->queue_packets != 0 && line->waiting_count > conditions->queue_packets)
        return false;
    if (conditions->queue_bytes != 0 && line->waiting_bytes + bytes > conditions->queue_bytes)
        return false;
    if (conditions->queue_time != 0 && line->free_at - now > conditions->queue_time)
        return false;
    return line->free_at - now < FAR_AWAY;
}

void line_put(struct line *line, const struct conditions *conditions, uint64_t now, struct frame *frame) {
    frame->sent_at = send(line, conditions, now, frame->wire_bytes);
    set_due(line, conditions, frame);
    if (frame->sent_at <= now && line->waiting.first == NULL)
        return depart(line, frame);
    if (line->waiting.first)
        line->waiting_bytes += frame->wire_bytes;
    row_append(&line->waiting, frame);
    line->waiting_count++;
    line->overtakers += frame->overtakes;
}

void line_put_first(struct line *line, uint64_t now, struct frame *frame) {
    frame->sent_at = now;
    frame->due = now;
    row_insert(&line->flight, NULL, frame);
}

struct frame *line_due(struct line *line, uint64_t now, struct frame *frame) {
    if (frame == NULL)
        advance(line, now);
    frame = frame ? frame->next : line->flight.first;
    return frame && frame->due <= now ? frame : NULL;
}

uint64_t line_next(const struct line *line) {
    uint64_t flight = line->flight.first ? line->flight.first->due : UINT64_MAX;
    uint64_t waiting = UINT64_MAX;

    /* What keeps its place arrives after all on their way; what overtakes must first have left. */
    if (line->waiting.first && line->overtakers > 0)
        waiting = line->waiting.first->sent_at;
    else if (line->waiting.first && line->flight.first == NULL)
        waiting = line->waiting.first->due;
    return flight < waiting ? flight : waiting;
}

void line_drop_first(struct line *line) {
    struct frame *frame = line->flight.first;

    row_remove(&line->flight, frame);
    frame_free(frame);
}

uint64_t line_clear(struct line *line) {
    uint64_t wires = 0;

    /* Nothing is counted as overtaken by this. */
    while (line->waiting.first) {
        struct frame *frame = line->waiting.first;

        leave_queue(line, frame);
        row_append(&line->flight, frame);
    }
    for (; line->flight.first; line_drop_first(line))
        wires += line->flight.first->wires;
    line->free_at = line->latest = 0;
    return wires;
}

static bool same_pace(const struct conditions *old, const struct conditions *new) {
    if (old->trace || new->trace)
        return old->trace == new->trace;
    return old->rate == new->rate && old->overhead == new->overhead && old->cell_size == new->cell_size &&
           old->cell_overhead == new->cell_overhead;
}

/* What waits goes on at the new rate, from the bit that was being sent. */
static void change_pace(struct line *line, const struct conditions *old, const struct conditions *new,
                        uint64_t now) {
    struct frame *frame = line->waiting.first;

    if (new->trace && new->trace != old->trace)
        trace_begin(&line->place, now);
    line->rest = 0;
    if (frame && old->rate != 0 && new->rate != 0) {
        __extension__ unsigned __int128 bits = (unsigned __int128)(frame->sent_at - now) * old->rate;

        frame->sent_at = line->free_at = now + (uint64_t)(bits / new->rate);
        frame = frame->next;
    } else {
        line->free_at = now;
    }
    for (; frame; frame = frame->next)
        frame->sent_at = send(line, new, now, frame->wire_bytes);
}

/* Frames on their way arrive sooner when the wire got shorter, never later than they would have. */
void line_change(struct line *line, const struct conditions *old, const struct conditions *new,
                 uint64_t now) {
    uint64_t arrived = 0;

    advance(line, now);
    line->latest = 0;
    for (struct frame *frame = line->flight.first; frame; frame = frame->next) {
        uint64_t due = frame->sent_at + latency(new, frame);

        if (due < frame->due)
            frame->due = due;
        /* Who comes before whom stays as it is. */
        if (frame->due < arrived)
            frame->due = arrived;
        arrived = frame->due;
        if (!frame->overtakes)
            line->latest = arrived;
    }
    if (!same_pace(old, new))
        change_pace(line, old, new, now);
    for (struct frame *frame = line->waiting.first; frame; frame = frame->next)
        set_due(line, new, frame);
    advance(line, now);
}
