#include "segment.h"

#include <arpa/inet.h>
#include <linux/if_ether.h>
#include <netinet/in.h>
#include <string.h>

#include "checksum.h"
#include "view.h"

/* Offsets: RFC 791 (IPv4), RFC 8200 (IPv6), RFC 9293 (TCP), RFC 768 (UDP). */
enum {
    IPV4_TOTAL_LENGTH = 2,
    IPV4_ID = 4,
    IPV4_PROTOCOL = 9,
    IPV4_CHECKSUM = 10,
    IPV4_SOURCE = 12,
    IPV6_PAYLOAD_LENGTH = 4,
    IPV6_NEXT = 6,
    IPV6_SOURCE = 8,
    IPV6_HEADER = 40,
    TCP_SEQUENCE = 4,
    TCP_OFFSET = 12,
    TCP_FLAGS = 13,
    TCP_CHECKSUM = 16,
    TCP_HEADER = 20,
    UDP_LENGTH = 4,
    UDP_CHECKSUM = 6,
    UDP_HEADER = 8,
};
enum { TCP_CWR = 0x80 };
enum { VLAN_TAGS = 2, IPV6_EXTENSIONS = 8 };

static uint16_t read16(const unsigned char *at) {
    return (uint16_t)(at[0] << 8 | at[1]);
}

static void write16(unsigned char *at, size_t value) {
    at[0] = (unsigned char)(value >> 8);
    at[1] = (unsigned char)value;
}

/* Where the transport header begins, 0 when it is not the one wanted. */
static size_t find_transport(const unsigned char *frame, size_t size, size_t network, bool ipv6, int wanted) {
    if (!ipv6) {
        if (network + 20 > size || frame[network] >> 4 != 4)
            return 0;
        size_t length = (size_t)(frame[network] & 15) * 4;

        return length >= 20 && frame[network + IPV4_PROTOCOL] == wanted ? network + length : 0;
    }
    if (network + IPV6_HEADER > size || frame[network] >> 4 != 6)
        return 0;
    int next = frame[network + IPV6_NEXT];
    size_t at = network + IPV6_HEADER;

    for (int i = 0; i < IPV6_EXTENSIONS && next != wanted; i++) {
        if (next != IPPROTO_HOPOPTS && next != IPPROTO_ROUTING && next != IPPROTO_DSTOPTS)
            return 0;
        if (at + 8 > size)
            return 0;
        next = frame[at];
        at += ((size_t)frame[at + 1] + 1) * 8;
    }
    return next == wanted ? at : 0;
}

bool segments_read(struct segments *segments, const unsigned char *frame, size_t size,
                   const struct virtio_net_hdr *vnet) {
    unsigned gso = vnet_gso(vnet);
    size_t type = 12;

    if (gso != VIRTIO_NET_HDR_GSO_TCPV4 && gso != VIRTIO_NET_HDR_GSO_TCPV6 &&
        gso != VIRTIO_NET_HDR_GSO_UDP_L4)
        return false;
    if (vnet->gso_size == 0 || size < ETH_HLEN)
        return false;
    for (int i = 0; i < VLAN_TAGS && type + 6 <= size; i++)
        if (read16(frame + type) == ETH_P_8021Q || read16(frame + type) == ETH_P_8021AD)
            type += 4;
    segments->ipv6 = read16(frame + type) == ETH_P_IPV6;
    if (!segments->ipv6 && read16(frame + type) != ETH_P_IP)
        return false;
    segments->udp = gso == VIRTIO_NET_HDR_GSO_UDP_L4;
    segments->network = type + 2;
    segments->transport = find_transport(frame, size, segments->network, segments->ipv6,
                                         segments->udp ? IPPROTO_UDP : IPPROTO_TCP);
    /*
     * The kernel says the same of a segment inside a tunnel as of a plain one; only csum_start
     * tells that the headers to cut by are further in. Tunnels are not taken apart here.
     */
    if (segments->transport == 0 ||
        (vnet->flags & VIRTIO_NET_HDR_F_NEEDS_CSUM && vnet->csum_start != segments->transport))
        return false;
    size_t least = segments->udp ? UDP_HEADER : TCP_HEADER;

    if (segments->transport + least > size)
        return false;
    if (!segments->udp)
        segments->header = (size_t)(frame[segments->transport + TCP_OFFSET] >> 4) * 4;
    else
        segments->header = UDP_HEADER;
    segments->header += segments->transport;
    if (segments->header < segments->transport + least || segments->header > size)
        return false;
    segments->frame = frame;
    segments->step = vnet->gso_size;
    segments->payload = size - segments->header;
    segments->count =
        segments->payload == 0 ? 1 : (unsigned)((segments->payload + segments->step - 1) / segments->step);
    return true;
}

static size_t segment_payload(const struct segments *segments, unsigned index) {
    size_t before = (size_t)index * segments->step;
    size_t left = segments->payload - before;

    return left < segments->step ? left : segments->step;
}

size_t segment_size(const struct segments *segments, unsigned index) {
    return segments->header + segment_payload(segments, index);
}

static void write_network(const struct segments *segments, unsigned index, unsigned char *ip, size_t size) {
    if (segments->ipv6) {
        write16(ip + IPV6_PAYLOAD_LENGTH, size - IPV6_HEADER);
        return;
    }
    write16(ip + IPV4_TOTAL_LENGTH, size);
    write16(ip + IPV4_ID, (size_t)read16(ip + IPV4_ID) + index);
    memset(ip + IPV4_CHECKSUM, 0, 2);
    uint16_t sum = checksum_fold(checksum_add(0, ip, (size_t)(ip[0] & 15) * 4));

    memcpy(ip + IPV4_CHECKSUM, &sum, sizeof sum);
}

/* As network cards do it: the CWR flag is for the first packet, FIN and PSH are for the last. */
static void write_tcp(const struct segments *segments, unsigned index, unsigned char *tcp) {
    uint32_t sequence;

    memcpy(&sequence, tcp + TCP_SEQUENCE, sizeof sequence);
    sequence = htonl(ntohl(sequence) + (uint32_t)(index * segments->step));
    memcpy(tcp + TCP_SEQUENCE, &sequence, sizeof sequence);
    if (index > 0)
        tcp[TCP_FLAGS] &= (unsigned char)~TCP_CWR;
    if (index + 1 < segments->count)
        tcp[TCP_FLAGS] &= (unsigned char)~(TCP_FIN | TCP_PSH);
}

static void write_checksum(const struct segments *segments, const unsigned char *ip, unsigned char *transport,
                           size_t size) {
    unsigned char *field = transport + (segments->udp ? UDP_CHECKSUM : TCP_CHECKSUM);
    uint64_t sum = htons(segments->udp ? IPPROTO_UDP : IPPROTO_TCP);

    sum += htons((uint16_t)size);
    sum = segments->ipv6 ? checksum_add(sum, ip + IPV6_SOURCE, 32) : checksum_add(sum, ip + IPV4_SOURCE, 8);
    memset(field, 0, 2);
    uint16_t folded = checksum_fold(checksum_add(sum, transport, size));

    /* RFC 768: zero means that there is no checksum. */
    if (segments->udp && folded == 0)
        folded = 0xffff;
    memcpy(field, &folded, sizeof folded);
}

void segment_write(const struct segments *segments, unsigned index, unsigned char *out) {
    size_t payload = segment_payload(segments, index);
    unsigned char *ip = out + segments->network;
    unsigned char *transport = out + segments->transport;

    memcpy(out, segments->frame, segments->header);
    memcpy(out + segments->header, segments->frame + segments->header + (size_t)index * segments->step,
           payload);
    write_network(segments, index, ip, segments->header - segments->network + payload);
    if (segments->udp)
        write16(transport + UDP_LENGTH, UDP_HEADER + payload);
    else
        write_tcp(segments, index, transport);
    write_checksum(segments, ip, transport, segments->header - segments->transport + payload);
}
