#ifndef RELAY_VNET_H
#define RELAY_VNET_H

/* linux/virtio_net.h of older distributions lacks these (added in Linux 6.2). */
#include <linux/virtio_net.h>

#ifndef VIRTIO_NET_HDR_GSO_UDP_L4
#define VIRTIO_NET_HDR_GSO_UDP_L4 5
#endif

/* The kind of offload without its modifier bits. */
static inline unsigned vnet_gso(const struct virtio_net_hdr *vnet) {
    return vnet->gso_type & ~(unsigned)VIRTIO_NET_HDR_GSO_ECN;
}

#endif
