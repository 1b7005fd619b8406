#ifndef RELAY_CORRUPT_H
#define RELAY_CORRUPT_H

#include <stdbool.h>
#include <stdint.h>

#include "frame.h"

/*
 * Writes the checksum that a host left for its network card, so that the frame is as it would be on a
 * wire. A frame whose checksum cannot be where its vnet header says is left as it is.
 */
void checksum_complete(unsigned char *data, uint32_t size, struct virtio_net_hdr *vnet);

/*
 * Turns one bit behind the ethernet header over, after its checksums were written: who receives it can
 * tell. False for a frame that has nothing there.
 */
bool corrupt_bit(struct frame *frame, uint64_t which);

#endif
