#include "direction.h"

#include "clock.h"
#include "fate.h"
#include "loop.h"

/* How long a full port rests, and how much is done for one direction before others get a turn. */
#define RETRY_AFTER 200000ULL
enum { RECEIVE_ROUNDS = 4, SEND_ROUNDS = 2, DRAIN_ROUNDS = 256 };

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

    for (struct frame *frame = direction->line.first; frame && frame->due <= now && count < PORT_BATCH;
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
    struct parcel parcels[PORT_BATCH];

    for (int round = 0; round < SEND_ROUNDS && direction->retry_at <= now; round++) {
        unsigned count = due_parcels(direction, now, parcels);

        if (count == 0)
            break;
        unsigned done = port_send(direction->to, parcels, count, direction->counters);

        if (done < count)
            direction->retry_at = now + RETRY_AFTER;
        while (done-- > 0)
            line_drop_first(&direction->line);
    }
    schedule(direction);
}

/* Sends what needs no copy; what the far port has no room for is kept. */
static void send_at_once(struct direction *direction, struct parcel *parcels, unsigned count, uint64_t now) {
    unsigned done = port_send(direction->to, parcels, count, direction->counters);

    if (done < count)
        direction->retry_at = now + RETRY_AFTER;
    while (count-- > done)
        fate_put_back(direction, &parcels[count], now);
}

static void receive(struct direction *direction, int rounds, bool all) {
    struct parcel parcels[PORT_BATCH];
    bool more = direction->from->count > 0;

    for (int round = 0; round < rounds && more; round++) {
        unsigned count = port_receive(direction->from, parcels, direction->counters, all, &more);
        uint64_t now = clock_now();
        unsigned at_once = 0;

        for (unsigned i = 0; i < count; i++)
            if (fate_decide(direction, &parcels[i], now))
                parcels[at_once++] = parcels[i];
        if (at_once > 0)
            send_at_once(direction, parcels, at_once, now);
    }
    port_count_missed(direction->from, direction->counters);
}

/* A device that was down when it was opened may have got more sockets only now. */
static void widen(struct direction *direction) {
    struct port *port = direction->from;
    unsigned added = port_widen(port);

    port->widened = true;
    for (unsigned i = port->count - added; i < port->count; i++)
        loop_watch(port->fds[i], direction);
}

void direction_receive(struct direction *direction) {
    if (direction->from->count > 0 && !direction->from->widened)
        widen(direction);
    receive(direction, RECEIVE_ROUNDS, false);
    direction_pump(direction, clock_now());
}

void direction_set(struct direction *direction, const struct conditions *conditions) {
    receive(direction, DRAIN_ROUNDS, true);
    line_change(&direction->line, &direction->conditions, conditions, clock_now());
    direction->conditions = *conditions;
    direction_pump(direction, clock_now());
}

void direction_set_down(struct direction *direction, bool down) {
    receive(direction, DRAIN_ROUNDS, true);
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
