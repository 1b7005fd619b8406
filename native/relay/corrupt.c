#include "corrupt.h"

#include <linux/if_ether.h>
#include <string.h>

#include "checksum.h"

void checksum_complete(unsigned char *data, uint32_t size, struct virtio_net_hdr *vnet) {
    uint32_t start = vnet->csum_start, field = start + vnet->csum_offset;

    if (vnet->flags & VIRTIO_NET_HDR_F_NEEDS_CSUM && field + 2 <= size) {
        /* The sum of the pseudo header is there already (linux/virtio_net.h). */
        uint16_t sum = checksum_fold(checksum_add(0, data + start, size - start));

        /* RFC 768: zero means that there is no checksum; for TCP both are the same. */
        if (sum == 0)
            sum = 0xffff;
        memcpy(data + field, &sum, sizeof sum);
    }
    memset(vnet, 0, sizeof *vnet);
}

bool corrupt_bit(struct frame *frame, uint64_t which) {
    if (frame->size <= ETH_HLEN)
        return false;
    uint64_t bits = (uint64_t)(frame->size - ETH_HLEN) * 8;
    uint64_t bit = which % bits;

    checksum_complete(frame->data, frame->size, &frame->vnet);
    frame->data[ETH_HLEN + bit / 8] ^= (unsigned char)(1 << bit % 8);
    return true;
}
