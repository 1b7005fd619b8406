#include "direction.h"

#include "clock.h"
#include "fate.h"
#include "intake.h"
#include "tap.h"

/* How long a full port rests, and how much is done for one direction before others get a turn. */
#define RETRY_AFTER 200000ULL
enum { SEND_ROUNDS = 2 };

static void schedule(struct direction *direction) {
    struct frame *first = direction->line.first;

    if (first == NULL)
        heap_remove(&direction->timer);
    else if (first->due < direction->retry_at)
        heap_put(&direction->timer, direction->retry_at);
    else
        heap_put(&direction->timer, first->due);
}

static unsigned due_parcels(const struct direction *direction, uint64_t now, struct parcel *parcels) {
    unsigned count = 0;

    for (struct frame *frame = direction->line.first; frame && frame->due <= now && count < PARCELS;
         frame = frame->next)
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
        fate_put_back(direction, &parcels[count], now);
    direction_pump(direction, now);
}

void direction_set(struct direction *direction, const struct conditions *conditions) {
    intake_run(true);
    line_change(&direction->line, &direction->conditions, conditions, clock_now());
    direction->conditions = *conditions;
    direction_pump(direction, clock_now());
}

void direction_set_down(struct direction *direction, bool down) {
    intake_run(true);
    direction_pump(direction, clock_now());
    direction->down = down;
    if (!down)
        return;
    for (struct frame *frame = direction->line.first; frame; frame = frame->next)
        direction->counters->down += frame->wires;
    direction_clear(direction);
}

void direction_clear(struct direction *direction) {
    while (direction->line.first)
        line_drop_first(&direction->line);
    direction->line.free_at = 0;
    schedule(direction);
}
