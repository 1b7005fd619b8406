#include <errno.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <string.h>
#include <sys/socket.h>

#include "tap.h"

/* asm-generic/socket.h */
#ifndef SO_MARK
#define SO_MARK 36
#endif

enum { VLAN_TAG = 4, VLAN_AT = 12 };

/*
 * One buffer per message, of an odd number of cache lines so that the beginnings of frames do not
 * share the same few cache sets. Only the pages that frames reach exist.
 */
enum { BUFFER_SIZE = (VLAN_TAG + FRAME_MAX + 1) / 128 * 128 + 192 };

static unsigned char buffers[PARCELS][BUFFER_SIZE];
static struct virtio_net_hdr vnets[PARCELS];
static union {
    struct cmsghdr align;
    char bytes[CMSG_SPACE(sizeof(struct tpacket_auxdata)) + CMSG_SPACE(sizeof(uint32_t))];
} controls[PARCELS];
static struct iovec vectors[PARCELS][2];
static struct sockaddr_ll addresses[PARCELS];
static struct mmsghdr messages[PARCELS];

static void prepare(unsigned i) {
    vectors[i][0] = (struct iovec){&vnets[i], sizeof vnets[i]};
    vectors[i][1] = (struct iovec){buffers[i] + VLAN_TAG, FRAME_MAX + 1};
    messages[i].msg_hdr = (struct msghdr){
        .msg_name = &addresses[i],
        .msg_namelen = sizeof addresses[i],
        .msg_iov = vectors[i],
        .msg_iovlen = 2,
        .msg_control = controls[i].bytes,
        .msg_controllen = sizeof controls[i].bytes,
    };
}

/* The kernel takes the outer VLAN tag off before a packet socket sees the frame (packet(7)). */
static void insert_vlan(struct parcel *parcel, const struct tpacket_auxdata *aux) {
    uint16_t protocol = aux->tp_status & TP_STATUS_VLAN_TPID_VALID ? aux->tp_vlan_tpid : ETH_P_8021Q;

    parcel->data -= VLAN_TAG;
    parcel->size += VLAN_TAG;
    memmove(parcel->data, parcel->data + VLAN_TAG, VLAN_AT);
    parcel->data[VLAN_AT] = (unsigned char)(protocol >> 8);
    parcel->data[VLAN_AT + 1] = (unsigned char)protocol;
    parcel->data[VLAN_AT + 2] = (unsigned char)(aux->tp_vlan_tci >> 8);
    parcel->data[VLAN_AT + 3] = (unsigned char)aux->tp_vlan_tci;
    if (parcel->vnet.flags & VIRTIO_NET_HDR_F_NEEDS_CSUM)
        parcel->vnet.csum_start += VLAN_TAG;
    if (parcel->vnet.hdr_len != 0)
        parcel->vnet.hdr_len += VLAN_TAG;
}

static void read_control(struct msghdr *message, struct parcel *parcel) {
    for (struct cmsghdr *part = CMSG_FIRSTHDR(message); part; part = CMSG_NXTHDR(message, part)) {
        if (part->cmsg_level == SOL_SOCKET && part->cmsg_type == SO_MARK) {
            memcpy(&parcel->mark, CMSG_DATA(part), sizeof parcel->mark);
        } else if (part->cmsg_level == SOL_PACKET && part->cmsg_type == PACKET_AUXDATA) {
            struct tpacket_auxdata aux;

            memcpy(&aux, CMSG_DATA(part), sizeof aux);
            if (aux.tp_status & TP_STATUS_VLAN_VALID)
                insert_vlan(parcel, &aux);
        }
    }
}

static void read_message(unsigned i, struct parcel *parcel) {
    struct msghdr *message = &messages[i].msg_hdr;

    *parcel = (struct parcel){
        .ifindex = addresses[i].sll_ifindex,
        .data = buffers[i] + VLAN_TAG,
        .vnet = vnets[i],
    };
    /* Larger than an IP packet can be (BIG TCP), or no frame at all. */
    if (messages[i].msg_len < sizeof(struct virtio_net_hdr) + ETH_HLEN || message->msg_flags & MSG_TRUNC)
        return;
    parcel->size = messages[i].msg_len - (uint32_t)sizeof(struct virtio_net_hdr);
    read_control(message, parcel);
    if (parcel->size > FRAME_MAX)
        parcel->size = 0;
}

/*
 * Reads from the socket whose turn it is. The next one's turn comes when it is empty, for the kernel
 * fills a later one only after an earlier one was full; or when more was read than it can hold at once,
 * since the kernel may have come round to it again.
 */
enum { VISIT_MAX = 32768 };

static int read_current(void) {
    int received = -1;
    unsigned tries = 0;

    for (; tries < tap.count; tries++) {
        if (tap.visit < VISIT_MAX) {
            received = recvmmsg(tap.fds[tap.current], messages, PARCELS, MSG_DONTWAIT, NULL);
            if (received >= 0 || errno != EAGAIN)
                break;
        }
        tap.current = (tap.current + 1) % tap.count;
        tap.visit = 0;
    }
    if (received > 0) {
        tap.visit += (unsigned)received;
        /* The last one was in use, and there may not have been room for much more. */
        if (tries > 0 && tap.current == tap.count - 1)
            tap_grow();
    }
    return received;
}

unsigned tap_receive(struct parcel *parcels, bool all, bool *more) {
    static bool prepared;

    if (!prepared)
        for (unsigned i = 0; i < PARCELS; i++)
            prepare(i);
    prepared = true;
    int received = read_current();

    /*
     * EINVAL: a frame with an offload that a vnet header cannot tell (SCTP), which the kernel has
     * dropped. It can be said of no link.
     */
    *more = received == PARCELS || (received > 0 && all) || (received < 0 && errno == EINVAL);
    if (received < 0)
        return 0;
    for (unsigned i = 0; i < (unsigned)received; i++) {
        read_message(i, &parcels[i]);
        messages[i].msg_hdr.msg_controllen = sizeof controls[i].bytes;
        messages[i].msg_hdr.msg_namelen = sizeof addresses[i];
    }
    return (unsigned)received;
}
