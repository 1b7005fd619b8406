/* The interfaces of the file, and what came by each. */
#ifndef NETRIG_CAPTURE_INTERFACES_H
#define NETRIG_CAPTURE_INTERFACES_H

#include <stdbool.h>
#include <stdint.h>

#include "tap.h"

struct interface {
    uint32_t number;
    bool flipped;    /* what its port receives comes in to whom it belongs */
    struct tap *own; /* its socket, if it is no port of the fabric */
    uint64_t received, written;
};

/* A new one; ifindex is that of its port in the fabric, or 0. NULL without memory. */
struct interface *interface_add(int ifindex, bool flipped);
struct interface *interface_by_number(uint32_t number);
struct interface *interface_by_ifindex(int ifindex);
uint32_t interface_count(void);

#endif
