#ifndef RELAY_SEGMENT_H
#define RELAY_SEGMENT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "vnet.h"

/*
 * A frame that a host left for its network card to cut up (segmentation offload), read as the wire
 * packets that the card would have sent.
 */
struct segments {
    const unsigned char *frame;
    size_t network;   /* offset of the IP header */
    size_t transport; /* offset of the TCP or UDP header */
    size_t header;    /* bytes in front of the payload, the same in each packet */
    size_t payload;   /* bytes of payload in all */
    size_t step;      /* bytes of payload in each packet but the last */
    unsigned count;
    bool ipv6;
    bool udp;
};

/* False when the frame is not what its vnet header claims. */
bool segments_read(struct segments *segments, const unsigned char *frame, size_t size,
                   const struct virtio_net_hdr *vnet);

/* Bytes of the packet with this index, ethernet header included. */
size_t segment_size(const struct segments *segments, unsigned index);

/* Writes that packet, checksums and all, into segment_size() bytes. */
void segment_write(const struct segments *segments, unsigned index, unsigned char *out);

#endif
