#ifndef RELAY_MATCH_H
#define RELAY_MATCH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "view.h"

enum { MATCH_NETS = 16, MATCH_RANGES = 16, MATCH_NTHS = 64, MATCH_PAYLOAD = 1024 };

struct net {
    unsigned family, prefix;
    unsigned char address[16];
};

struct nets {
    unsigned count;
    struct net list[MATCH_NETS];
};

struct ranges {
    unsigned count;
    struct {
        uint32_t low, high;
    } list[MATCH_RANGES];
};

/* Which of those that match, by their order from 1 up. All zero: every one. */
struct which {
    uint64_t after; /* these are let by, and not counted in what follows */
    uint64_t first; /* 0: without end */
    uint64_t every; /* 0: every one */
    unsigned count;
    uint64_t nth[MATCH_NTHS];
};

/* Which packets a rule means. All zero, with -1 for `proto` and `ether`: every one. */
struct match {
    int ether, proto;
    struct nets from, to;
    struct ranges port, from_port, to_port, size;
    uint8_t flags_set, flags_clear;
    size_t payload_size;
    unsigned char payload[MATCH_PAYLOAD];
    /* What follows depends on what came before. */
    struct which packets;
    bool per_connection; /* packets of each connection are counted by themselves */
    struct which connections;
    bool past_bytes; /* only what goes beyond the first `bytes` of payload of a connection */
    uint64_t bytes;
};

/* Whether the packet by itself is one that is meant. */
bool match_packet(const struct match *match, const struct view *view);

bool which_holds(const struct which *which, uint64_t index);

/* Whether a rule must know connections. */
static inline bool match_by_connection(const struct match *match) {
    const struct which *which = &match->connections;

    return match->per_connection || match->past_bytes || which->after || which->first || which->every ||
           which->count;
}

/* Takes one word `name=value`. 0, -ENOENT for another name, or -errno. */
int match_read(struct match *match, const char *name, char *value);

#endif
