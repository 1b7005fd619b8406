#ifndef RELAY_TAP_H
#define RELAY_TAP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <linux/filter.h>

#include "counters.h"
#include "parcel.h"

enum { TAP_SOCKETS = 16 };

/*
 * The relay's way to the fabric: AF_PACKET sockets that hear all devices of the namespace, of which a
 * filter lets the relay's own ports through. Not one socket per port, for the kernel waits out an RCU
 * grace period (10 ms) for each packet socket that closes: a lab of 100 links would take seconds to end.
 */
struct tap {
    int fds[TAP_SOCKETS]; /* the first one sends, too */
    unsigned count;
    unsigned current; /* the one being read */
    unsigned visit;   /* frames read from it since its turn came */
};

extern struct tap tap;

/* Opens the sockets, deaf as yet; does nothing the second time. 0 or -errno. */
int tap_open(void);
void tap_close(void);

/* One more socket, with a filter that lets nothing through; or -errno. */
int tap_socket(void);

/* Lets through what the filter says. */
void tap_listen(const struct sock_filter *filter, size_t size);

/* 0 when there is a device with that index, or -errno. */
int tap_has_device(int ifindex);

/* True where the kernel tells the skb marks of what is received (Linux 5.19). */
bool tap_marks_supported(void);

/* Adds as many sockets as it takes to begin with. */
void tap_group(void);

/* Adds more; for when they were full, or nearly. */
void tap_grow(void);

/*
 * Fills `parcels` (PARCELS of them) with what has arrived; they point into buffers that the next call
 * overwrites. Returns how many; `*more` tells whether it is worth asking again. With `all`, it is until
 * nothing is left.
 */
unsigned tap_receive(struct parcel *parcels, bool all, bool *more);

/* How many frames the kernel has dropped for want of room since the last call. */
unsigned tap_missed(void);

/*
 * Sends to a device, in order. Returns how many are done with (delivered, or refused and counted as
 * errors): fewer than `count` when the kernel takes no more for now.
 */
unsigned tap_send(int ifindex, struct parcel *parcels, unsigned count, struct counters *counters);

#endif
