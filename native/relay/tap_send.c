#include <errno.h>
#include <linux/if_packet.h>
#include <string.h>
#include <sys/socket.h>

#include "tap.h"

/* asm-generic/socket.h */
#ifndef SO_MARK
#define SO_MARK 36
#endif

static struct iovec vectors[PARCELS][2];
static union {
    struct cmsghdr align;
    char bytes[CMSG_SPACE(sizeof(uint32_t))];
} controls[PARCELS];
static struct mmsghdr messages[PARCELS];
static struct sockaddr_ll address = {.sll_family = AF_PACKET};

static void write_mark(unsigned i, uint32_t mark) {
    struct msghdr *message = &messages[i].msg_hdr;

    message->msg_control = controls[i].bytes;
    message->msg_controllen = sizeof controls[i].bytes;
    struct cmsghdr *part = CMSG_FIRSTHDR(message);

    part->cmsg_level = SOL_SOCKET;
    part->cmsg_type = SO_MARK;
    part->cmsg_len = CMSG_LEN(sizeof mark);
    memcpy(CMSG_DATA(part), &mark, sizeof mark);
}

static void write_message(unsigned i, struct parcel *parcel) {
    vectors[i][0] = (struct iovec){&parcel->vnet, sizeof parcel->vnet};
    vectors[i][1] = (struct iovec){parcel->data, parcel->size};
    messages[i].msg_hdr = (struct msghdr){
        .msg_name = &address,
        .msg_namelen = sizeof address,
        .msg_iov = vectors[i],
        .msg_iovlen = 2,
    };
    if (parcel->mark != 0)
        write_mark(i, parcel->mark);
}

static void count(struct counters *counters, const struct parcel *parcel) {
    counters->delivered += parcel->wires;
    counters->delivered_bytes += parcel->wire_bytes;
}

static void uncount(struct counters *counters, const struct parcel *parcel) {
    counters->delivered -= parcel->wires;
    counters->delivered_bytes -= parcel->wire_bytes;
}

/*
 * Frames are counted before they are sent: who has received one must find it counted.
 */
unsigned tap_send(int ifindex, struct parcel *parcels, unsigned amount, struct counters *counters) {
    unsigned done = 0;

    address.sll_ifindex = ifindex;
    for (unsigned i = 0; i < amount; i++) {
        write_message(i, &parcels[i]);
        count(counters, &parcels[i]);
    }
    while (done < amount) {
        int sent = sendmmsg(tap.fds[0], messages + done, amount - done, MSG_DONTWAIT);

        if (sent > 0) {
            done += (unsigned)sent;
            continue;
        }
        if (errno == EINTR)
            continue;
        if (errno == EAGAIN)
            break;
        /* ENXIO, ENETDOWN: no device; EMSGSIZE, ENOBUFS: longer than its MTU or its peer's. */
        uncount(counters, &parcels[done]);
        counters->errors += parcels[done].wires;
        done++;
    }
    for (unsigned i = done; i < amount; i++)
        uncount(counters, &parcels[i]);
    return done;
}
