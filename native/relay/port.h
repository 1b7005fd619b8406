#ifndef RELAY_PORT_H
#define RELAY_PORT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "counters.h"
#include "vnet.h"

enum { PORT_SOCKETS = 16 };

/*
 * One fabric port, held by AF_PACKET sockets: one, or several that fill up in turn where the kernel
 * allows each only a small buffer (port_group.c).
 */
struct port {
    int ifindex;
    unsigned count;        /* of sockets; 0: the device is gone and the lab has not named a new one */
    int fds[PORT_SOCKETS]; /* the first one sends, too */
    unsigned current;      /* the one being read */
    unsigned visit;        /* frames read from it since its turn came */
    bool widened;          /* as many sockets as there will be */
};

/* A frame on its way through the relay's own buffers. */
struct parcel {
    unsigned char *data;
    uint32_t size;
    uint32_t mark;
    uint32_t wires;
    uint32_t wire_bytes;
    struct virtio_net_hdr vnet;
};

enum { PORT_BATCH = 64 };

/* Largest frame: a whole IP packet, ethernet header, two VLAN tags, and room to see that one is larger. */
enum { PORT_FRAME_MAX = 65535 + 14 + 8 };

/* Opens the device with that index in place of what the port had; 0 or -errno. */
int port_open(struct port *port, int ifindex);
void port_close(struct port *port);

/*
 * Adds the sockets that make up for a small receive buffer, if that can be done now. Returns how many
 * came in addition, at the end of `fds`.
 */
unsigned port_widen(struct port *port);

/* One more socket for the device, deaf to everything unless `hears`; or -errno. */
int port_socket(int ifindex, bool hears);

/* True where the kernel tells the skb marks of what is received (Linux 5.19). */
bool port_marks_supported(void);

/*
 * Fills `parcels` (PORT_BATCH of them) with what has arrived; they point into buffers that the next
 * call overwrites. Returns how many; `*more` tells whether it is worth asking again. With `all`, it is
 * until nothing is left.
 */
unsigned port_receive(struct port *port, struct parcel *parcels, struct counters *counters, bool all,
                      bool *more);

/* Adds to `missed` what the kernel has dropped since the last call. */
void port_count_missed(struct port *port, struct counters *counters);

/*
 * Sends in order. Returns how many are done with (delivered, or refused and counted as errors):
 * fewer than `count` when the kernel takes no more for now.
 */
unsigned port_send(struct port *port, struct parcel *parcels, unsigned count, struct counters *counters);

#endif
