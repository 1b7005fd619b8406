#include "trace.h"

#include <errno.h>
#include <stdlib.h>

#include "clock.h"

#define NANOSECONDS_PER_MILLISECOND 1000000ULL
/* Times stay far from running over, and a trace below 128 MiB. */
enum { OPPORTUNITIES_MAX = 1 << 24 };
#define TIME_MAX (366ULL * 24 * 3600 * 1000)

static struct trace *traces[TRACES];

int trace_add(size_t number, size_t start, uint64_t opportunity) {
    if (number >= TRACES || start >= OPPORTUNITIES_MAX || opportunity > TIME_MAX)
        return -ERANGE;
    if (traces[number] == NULL && (traces[number] = calloc(1, sizeof **traces)) == NULL)
        return -ENOMEM;
    struct trace *trace = traces[number];

    if (start != trace->count)
        return -EEXIST;
    if (trace->count > 0 && trace->opportunities[trace->count - 1] > opportunity)
        return -EINVAL;
    if (trace->count == trace->room) {
        size_t room = trace->room == 0 ? 1024 : trace->room * 2;
        uint64_t *grown = realloc(trace->opportunities, room * sizeof *grown);

        if (grown == NULL)
            return -ENOMEM;
        trace->opportunities = grown;
        trace->room = room;
    }
    trace->opportunities[trace->count++] = opportunity;
    return 0;
}

const struct trace *trace_find(size_t number) {
    struct trace *trace = number < TRACES ? traces[number] : NULL;

    /* One that lasts no time would never end. */
    return trace && trace->count > 0 && trace->opportunities[trace->count - 1] > 0 ? trace : NULL;
}

void trace_begin(struct trace_place *place, uint64_t now) {
    *place = (struct trace_place){.begin = now};
}

static uint64_t period(const struct trace *trace) {
    return trace->opportunities[trace->count - 1];
}

static uint64_t time_of(const struct trace *trace, const struct trace_place *place) {
    uint64_t ms = place->lap * period(trace) + trace->opportunities[place->index];

    return place->begin + ms * NANOSECONDS_PER_MILLISECOND;
}

static void next(const struct trace *trace, struct trace_place *place) {
    place->used = 0;
    if (++place->index < trace->count)
        return;
    place->index = 0;
    place->lap++;
}

/* Opportunities that passed while nobody had anything to send are gone. */
static void skip_to(const struct trace *trace, struct trace_place *place, uint64_t now) {
    if (time_of(trace, place) >= now)
        return;
    /* Since it is not before `now`, the begin is not either. Rounded up: one at `now` is not past. */
    uint64_t ms = (now - place->begin + NANOSECONDS_PER_MILLISECOND - 1) / NANOSECONDS_PER_MILLISECOND;
    uint64_t lap = ms / period(trace), rest = ms % period(trace);
    size_t low = 0, high = trace->count;

    /* The lap's last opportunity is where the next lap begins. */
    if (rest == 0 && lap > 0) {
        lap--;
        rest = period(trace);
    }
    while (low < high) {
        size_t middle = low + (high - low) / 2;

        if (trace->opportunities[middle] < rest)
            low = middle + 1;
        else
            high = middle;
    }
    place->lap = lap;
    place->index = low;
    place->used = 0;
}

uint64_t trace_send(const struct trace *trace, struct trace_place *place, uint64_t now, uint32_t bytes) {
    skip_to(trace, place, now);
    for (;;) {
        uint32_t left = TRACE_BYTES - place->used;

        if (bytes <= left)
            break;
        bytes -= left;
        next(trace, place);
    }
    place->used += bytes;
    return time_of(trace, place);
}
