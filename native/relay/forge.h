#ifndef RELAY_FORGE_H
#define RELAY_FORGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "view.h"

/* Longest packet that is made here: RFC 4443 allows an ICMPv6 error 1280 bytes. */
enum { FORGED_MAX = 22 + 1280 };

/*
 * A TCP reset on the way of a packet, or with `back` from its receiver to its sender. Returns its size,
 * 0 when the packet is not TCP.
 */
size_t forge_reset(const struct view *view, bool back, uint32_t seq, uint32_t ack, unsigned char *out);

/* "Port unreachable" to the sender, as if its receiver said so. 0 when nothing may be said. */
size_t forge_unreachable(const struct view *view, unsigned char *out);

/* Writes the checksums of a packet anew, after it was changed. */
void forge_mend(unsigned char *frame, const struct view *view);

#endif
