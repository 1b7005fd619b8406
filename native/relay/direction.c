#include "direction.h"

#include "clock.h"
#include "held.h"
#include "intake.h"
#include "tap.h"
#include "wire.h"

/* How long a full port rests, and how much is done for one direction before others get a turn. */
#define RETRY_AFTER 200000ULL
enum { SEND_ROUNDS = 2 };

static void schedule(struct direction *direction) {
    uint64_t next = line_next(&direction->line);

    direction->counters->reordered = direction->line.overtaken;
    if (next == UINT64_MAX)
        heap_remove(&direction->timer);
    else
        heap_put(&direction->timer, next < direction->retry_at ? direction->retry_at : next);
}

static void ring(struct heap_item *item, uint64_t now) {
    direction_pump((struct direction *)item, now);
}

void direction_open(struct direction *direction) {
    direction->timer.ring = ring;
}

static unsigned due_parcels(struct direction *direction, uint64_t now, struct parcel *parcels) {
    unsigned count = 0;
    struct frame *frame = line_due(&direction->line, now, NULL);

    for (; frame && count < PARCELS; frame = line_due(&direction->line, now, frame))
        parcels[count++] = (struct parcel){
            .data = frame->data,
            .size = frame->size,
            .mark = frame->mark,
            .wires = frame->wires,
            .wire_bytes = frame->wire_bytes,
            .vnet = frame->vnet,
        };
    return count;
}

void direction_pump(struct direction *direction, uint64_t now) {
    struct parcel parcels[PARCELS];

    for (int round = 0; round < SEND_ROUNDS && direction->retry_at <= now; round++) {
        unsigned count = due_parcels(direction, now, parcels);

        if (count == 0)
            break;
        unsigned done = tap_send(direction->to, parcels, count, direction->counters);

        if (done < count)
            direction->retry_at = now + RETRY_AFTER;
        while (done-- > 0)
            line_drop_first(&direction->line);
    }
    schedule(direction);
}

void direction_send_at_once(struct direction *direction, struct parcel *parcels, unsigned count,
                            uint64_t now) {
    unsigned done = count > 0 ? tap_send(direction->to, parcels, count, direction->counters) : 0;

    if (done < count)
        direction->retry_at = now + RETRY_AFTER;
    while (count-- > done)
        wire_put_back(direction, &parcels[count], now);
    direction_pump(direction, now);
}

void direction_set(struct direction *direction, const struct conditions *conditions) {
    uint64_t now;

    intake_run(true);
    now = clock_now();
    line_change(&direction->line, &direction->conditions, conditions, now);
    chances_change(&direction->chances, &direction->conditions, conditions);
    conditions_release(&direction->conditions);
    direction->conditions = *conditions;
    direction_pump(direction, now);
}

void direction_set_down(struct direction *direction, bool down) {
    intake_run(true);
    direction_pump(direction, clock_now());
    direction->down = down;
    if (!down)
        return;
    direction->counters->down += line_clear(&direction->line) + held_clear(direction);
    schedule(direction);
}

void direction_close(struct direction *direction) {
    line_clear(&direction->line);
    heap_remove(&direction->timer);
    conditions_release(&direction->conditions);
}
