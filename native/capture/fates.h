/*
 * What the relay does to the packets of a link: each message of its socket is a packet and a trailer
 * (native/relay/watch.h), which becomes the packet's comment.
 */
#ifndef NETRIG_CAPTURE_FATES_H
#define NETRIG_CAPTURE_FATES_H

#include <linux/filter.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "tap.h"

/* Takes over the socket; packets from each side of the link are of the interface with that number. 0 or an errno. */
int fates_open(const uint32_t numbers[2], int fd);

/* Whether that is an interface of fates, and then its filter. 0 or an errno. */
bool fates_have(uint32_t number);
int fates_filter(const struct sock_filter *filter, size_t count);

/* The next packet, whose bytes stay until the next call; false when there is none. */
bool fates_read(uint32_t *number, struct catch *caught);

#endif
