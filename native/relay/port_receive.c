#include <errno.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <string.h>
#include <sys/socket.h>

#include "port.h"

/* asm-generic/socket.h */
#ifndef SO_MARK
#define SO_MARK 36
#endif

enum { VLAN_TAG = 4, VLAN_AT = 12 };

/*
 * One buffer per message, of an odd number of cache lines so that the beginnings of frames do not
 * share the same few cache sets. Only the pages that frames reach exist.
 */
enum { BUFFER_SIZE = (VLAN_TAG + PORT_FRAME_MAX + 1) / 128 * 128 + 192 };

static unsigned char buffers[PORT_BATCH][BUFFER_SIZE];
static struct virtio_net_hdr vnets[PORT_BATCH];
static union {
    struct cmsghdr align;
    char bytes[CMSG_SPACE(sizeof(struct tpacket_auxdata)) + CMSG_SPACE(sizeof(uint32_t))];
} controls[PORT_BATCH];
static struct iovec vectors[PORT_BATCH][2];
static struct mmsghdr messages[PORT_BATCH];

static void prepare(unsigned i) {
    vectors[i][0] = (struct iovec){&vnets[i], sizeof vnets[i]};
    vectors[i][1] = (struct iovec){buffers[i] + VLAN_TAG, PORT_FRAME_MAX + 1};
    messages[i].msg_hdr = (struct msghdr){
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

static bool read_message(unsigned i, struct parcel *parcel) {
    struct msghdr *message = &messages[i].msg_hdr;

    if (messages[i].msg_len < sizeof(struct virtio_net_hdr) + ETH_HLEN || message->msg_flags & MSG_TRUNC)
        return false;
    *parcel = (struct parcel){
        .data = buffers[i] + VLAN_TAG,
        .size = messages[i].msg_len - (uint32_t)sizeof(struct virtio_net_hdr),
        .vnet = vnets[i],
    };
    read_control(message, parcel);
    return parcel->size <= PORT_FRAME_MAX;
}

/*
 * Reads from the socket whose turn it is. The next one's turn comes when it is empty, for the kernel
 * fills a later one only after an earlier one was full; or when more was read than it can hold at once,
 * since the kernel may have come round to it again.
 */
enum { VISIT_MAX = 16384 };

static int read_current(struct port *port) {
    int received = -1;

    for (unsigned tries = 0; tries < port->count; tries++) {
        if (port->visit < VISIT_MAX) {
            received = recvmmsg(port->fds[port->current], messages, PORT_BATCH, MSG_DONTWAIT, NULL);
            if (received >= 0 || errno != EAGAIN)
                break;
        }
        port->current = (port->current + 1) % port->count;
        port->visit = 0;
    }
    if (received > 0)
        port->visit += (unsigned)received;
    return received;
}

unsigned port_receive(struct port *port, struct parcel *parcels, struct counters *counters, bool all,
                      bool *more) {
    static bool prepared;
    unsigned count = 0;

    if (!prepared)
        for (unsigned i = 0; i < PORT_BATCH; i++)
            prepare(i);
    prepared = true;
    int received = read_current(port);

    /*
     * EINVAL: a frame with an offload that a vnet header cannot tell (SCTP), which the kernel has
     * dropped. ENETDOWN: the device went; reading it has cleared it. Neither ends the port.
     */
    *more = received == PORT_BATCH || (received > 0 && all) || (received < 0 && errno == EINVAL);
    if (received < 0 && errno == EINVAL)
        counters->errors++;
    for (int i = 0; i < received; i++) {
        if (read_message((unsigned)i, &parcels[count]))
            count++;
        else
            counters->errors++;
        messages[i].msg_hdr.msg_controllen = sizeof controls[i].bytes;
    }
    return count;
}
