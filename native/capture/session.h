/* One capture, from its first block to its last. Functions that can fail give 0 or an errno. */
#ifndef NETRIG_CAPTURE_SESSION_H
#define NETRIG_CAPTURE_SESSION_H

#include <linux/filter.h>
#include <stddef.h>
#include <stdint.h>

#include "interfaces.h"
#include "pcapng.h"
#include "request.h"

struct limits {
    uint32_t snaplen;
    uint64_t size;
    uint32_t keys; /* room for TLS keys at the beginning of the file, in bytes */
};

int session_begin(const struct limits *limits, const struct section *section);
int session_interface(struct interface_description *description, int ifindex, bool flipped, uint32_t *number);
/* A socket of an interface's own, -1 for none, in the place of the one that it had. */
int session_socket(uint32_t number, int fd);
int session_filter(uint32_t number, const struct sock_filter *filter, size_t count);
int session_names(const char *lines);

/* Puts into the file what has arrived so far. */
void session_drain(void);

void session_counts(uint64_t counts[COUNTS]);

/* What has arrived is in the file, and its last blocks are. */
void session_end(void);

#endif
