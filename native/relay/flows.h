#ifndef RELAY_FLOWS_H
#define RELAY_FLOWS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "view.h"

struct end {
    unsigned char address[16];
    uint16_t port;
};

/* Both directions of a connection: what has the same addresses, ports and protocol. */
struct flow {
    struct flow *next;             /* with the same hash */
    struct flow *older, *newer;
    uint32_t hash;
    int proto;
    unsigned family;
    struct end ends[2];            /* the lesser first */
    uint64_t ordinal;              /* the how manieth it was, from 1 up */
    uint64_t packets, bytes;       /* of payload; a rule's own count */
    bool begun;                    /* its SYN was seen */
    uint32_t begin;                /* with this number */
    bool known[2];                 /* per side of the link: */
    uint32_t sent[2];              /* the sequence number behind all that was passed on from there */
    bool dead[2];                  /* what comes from there is answered by a reset */
};

/* The connections of one link or one rule; the oldest are forgotten when there are too many. */
struct flows;

struct flows *flows_new(void);
void flows_free(struct flows *flows);

/* The one that a packet belongs to, made if need be; a new SYN makes it a new one. NULL without memory. */
struct flow *flows_of(struct flows *flows, const struct view *view);

#endif
