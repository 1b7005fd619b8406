#ifndef RELAY_CHECKSUM_H
#define RELAY_CHECKSUM_H

#include <stddef.h>
#include <stdint.h>

/* RFC 1071 sums in the machine's own byte order, unfolded so that parts can be added up. */
uint64_t checksum_add(uint64_t sum, const void *bytes, size_t size);

/* The complement, ready to be copied into the header. */
uint16_t checksum_fold(uint64_t sum);

#endif
