#ifndef RELAY_VIEW_H
#define RELAY_VIEW_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { TCP_FIN = 0x01, TCP_SYN = 0x02, TCP_RST = 0x04, TCP_PSH = 0x08, TCP_ACK = 0x10 };

/* A wire packet read as far as it can be: what is not there is zero. */
struct view {
    const unsigned char *frame;
    uint32_t size;
    uint16_t ether;            /* type behind VLAN tags */
    uint32_t network;          /* offset of the IP or ARP header */
    unsigned family;           /* 4 or 6; 4 with ARP for IPv4, too */
    const unsigned char *from; /* addresses of that family */
    const unsigned char *to;
    int proto;                 /* of IP behind extension headers, -1: none */
    bool fragment;             /* not the first: it has no transport header */
    uint32_t transport;        /* offset of the transport header */
    bool ported;               /* TCP or UDP, with ports */
    uint16_t from_port, to_port;
    uint8_t flags; /* TCP */
    uint32_t seq, ack;
    uint32_t payload; /* offset of what TCP or UDP carry, or of the transport header of others */
    uint32_t payload_size;
};

void view_read(struct view *view, const unsigned char *frame, uint32_t size);

static inline uint16_t view_16(const unsigned char *at) {
    return (uint16_t)(at[0] << 8 | at[1]);
}

static inline uint32_t view_32(const unsigned char *at) {
    return (uint32_t)at[0] << 24 | (uint32_t)at[1] << 16 | (uint32_t)at[2] << 8 | at[3];
}

static inline size_t view_address_size(const struct view *view) {
    return view->family == 6 ? 16 : 4;
}

/* How far a segment moves its sender's sequence number on: data, and one for each of SYN and FIN. */
static inline uint32_t view_length(const struct view *view) {
    return view->payload_size + !!(view->flags & TCP_SYN) + !!(view->flags & TCP_FIN);
}

#endif
