#ifndef RELAY_PARCEL_H
#define RELAY_PARCEL_H

#include <stdint.h>

#include "vnet.h"

/* A frame on its way through the relay's own buffers. */
struct parcel {
    int ifindex; /* of the device that it came from */
    unsigned char *data;
    uint32_t size;       /* 0: could not be read */
    uint32_t mark;       /* skb mark */
    uint32_t wires;      /* wire packets in it, more than one when it passes uncut */
    uint32_t wire_bytes; /* their bytes */
    struct virtio_net_hdr vnet;
};

/* How many go by one system call. */
enum { PARCELS = 64 };

/* Largest frame: a whole IP packet, ethernet header and two VLAN tags. */
enum { FRAME_MAX = 65535 + 14 + 8 };

#endif
