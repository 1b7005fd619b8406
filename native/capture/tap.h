/*
 * Packet sockets with a ring that the kernel writes into (packet_mmap.rst, TPACKET_V2): nothing is copied
 * by a system call for each packet, and what comes while this program has no processor waits there.
 */
#ifndef NETRIG_CAPTURE_TAP_H
#define NETRIG_CAPTURE_TAP_H

#include <linux/filter.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "pcapng.h"

enum { FRAME_MAX = 1 << 18 };

struct tap {
    int fd;
    unsigned char *ring;
    unsigned slots;
    unsigned next; /* the slot that is read next */
    uint64_t dropped;
    struct tap *following;
};

/* One packet as a tap has it; its bytes are there until tap_release. */
struct catch {
    int ifindex;
    unsigned char kind; /* PACKET_HOST, PACKET_OUTGOING ... */
    uint64_t time;
    const unsigned char *data;
    uint32_t size, original;
    bool tagged;
    unsigned char tag[4];
    const char *comment; /* or NULL */
};

/* Makes a tap out of a packet socket that hears nothing yet; it goes on so until it has a filter. */
struct tap *tap_open(int fd);

/* Listens on one device, or on every one (0). 0, or an errno. */
int tap_bind(struct tap *tap, int ifindex);

int tap_filter(struct tap *tap, const struct sock_filter *filter, size_t count);

/* When the next packet came; 0 if there is none. */
uint64_t tap_peek(const struct tap *tap);

/* Reads the next packet, at most FRAME_MAX bytes of it. */
void tap_read(struct tap *tap, struct catch *caught);

/* Gives its slot back to the kernel. */
void tap_release(struct tap *tap);

/* How many packets the kernel had no room for. */
uint64_t tap_dropped(struct tap *tap);

void tap_close(struct tap *tap);

#endif
