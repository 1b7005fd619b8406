#ifndef RELAY_TRACE_H
#define RELAY_TRACE_H

#include <stddef.h>
#include <stdint.h>

/*
 * When packets may leave, in Mahimahi's packet-delivery format: at each of these milliseconds so many
 * bytes do, and it begins anew at the last one's.
 */
struct trace {
    size_t count, room;
    uint64_t *opportunities; /* ms, ascending */
};

/* Where a direction stands in its trace: the opportunity that was used last. */
struct trace_place {
    uint64_t begin; /* ns, when the trace began */
    uint64_t lap;
    size_t index;
    uint32_t used; /* bytes */
};

/* mahimahi's PACKET_SIZE: an IP packet of 1500 bytes and four bytes of its TUN header. */
enum { TRACE_BYTES = 1504, TRACES = 4096 };

/* Appends to a trace, which exists from its first opportunity on. 0 or -errno. */
int trace_add(size_t number, size_t start, uint64_t opportunity);

/* NULL when there is no such trace. */
const struct trace *trace_find(size_t number);

/* Ends the begin of a trace: nothing of it has been used. */
void trace_begin(struct trace_place *place, uint64_t now);

/* When the last of so many bytes leaves, that are sent at `now` or after what was sent before. */
uint64_t trace_send(const struct trace *trace, struct trace_place *place, uint64_t now, uint32_t bytes);

#endif
