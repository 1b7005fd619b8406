#include "view.h"

#include <linux/if_ether.h>
#include <netinet/in.h>
#include <string.h>

/* Offsets: RFC 826 (ARP), RFC 791 (IPv4), RFC 8200 (IPv6), RFC 9293 (TCP), RFC 768 (UDP). */
enum {
    TYPE_AT = 12,
    VLAN_TAGS = 2,
    ARP_SIZE = 28,
    ARP_FROM = 14,
    ARP_TO = 24,
    IPV4_SIZE = 20,
    IPV6_SIZE = 40,
    EXTENSIONS = 8,
    TCP_SIZE = 20,
    UDP_SIZE = 8,
};

static void read_arp(struct view *view) {
    const unsigned char *arp = view->frame + view->network;

    /* Ethernet addresses of 6 bytes for IPv4 addresses of 4. */
    if (view->network + ARP_SIZE > view->size || view_16(arp + 2) != ETH_P_IP || arp[4] != 6 || arp[5] != 4)
        return;
    view->family = 4;
    view->from = arp + ARP_FROM;
    view->to = arp + ARP_TO;
}

/* Sets where the transport header begins; returns where the packet ends, 0 when it cannot be read. */
static uint32_t read_ipv4(struct view *view) {
    const unsigned char *ip = view->frame + view->network;

    if (view->network + IPV4_SIZE > view->size || ip[0] >> 4 != 4)
        return 0;
    uint32_t header = (uint32_t)(ip[0] & 15) * 4, total = view_16(ip + 2);

    if (header < IPV4_SIZE || total < header)
        return 0;
    view->family = 4;
    view->from = ip + 12;
    view->to = ip + 16;
    view->proto = ip[9];
    view->fragment = (view_16(ip + 6) & 0x1fff) != 0;
    view->transport = view->network + header;
    return view->network + total;
}

static uint32_t read_ipv6(struct view *view) {
    const unsigned char *ip = view->frame + view->network;

    if (view->network + IPV6_SIZE > view->size || ip[0] >> 4 != 6)
        return 0;
    uint32_t at = view->network + IPV6_SIZE;
    int next = ip[6];

    view->family = 6;
    view->from = ip + 8;
    view->to = ip + 24;
    for (int i = 0; i < EXTENSIONS && at + 8 <= view->size; i++) {
        const unsigned char *header = view->frame + at;

        if (next == IPPROTO_FRAGMENT) {
            view->fragment = (view_16(header + 2) & 0xfff8) != 0;
            at += 8;
        } else if (next == IPPROTO_HOPOPTS || next == IPPROTO_ROUTING || next == IPPROTO_DSTOPTS) {
            at += ((uint32_t)header[1] + 1) * 8;
        } else {
            break;
        }
        next = header[0];
        if (view->fragment)
            break;
    }
    view->proto = next;
    view->transport = at;
    return view->network + IPV6_SIZE + view_16(ip + 4);
}

static void read_tcp(struct view *view, uint32_t end) {
    const unsigned char *tcp = view->frame + view->transport;
    uint32_t header = (uint32_t)(tcp[12] >> 4) * 4;

    view->flags = tcp[13];
    view->seq = view_32(tcp + 4);
    view->ack = view_32(tcp + 8);
    if (header >= TCP_SIZE && view->transport + header <= end) {
        view->payload = view->transport + header;
        view->payload_size = end - view->payload;
    }
}

static void read_transport(struct view *view, uint32_t end) {
    uint32_t least = view->proto == IPPROTO_TCP ? TCP_SIZE : view->proto == IPPROTO_UDP ? UDP_SIZE : 0;

    /* Padding of short frames is no payload; of a truncated one there is no more than there is. */
    if (end > view->size)
        end = view->size;
    if (view->transport + least > end)
        return;
    view->payload = view->transport;
    view->payload_size = end - view->transport;
    if (least == 0 || view->fragment)
        return;
    view->ported = true;
    view->from_port = view_16(view->frame + view->transport);
    view->to_port = view_16(view->frame + view->transport + 2);
    view->payload += least;
    view->payload_size -= least;
    if (view->proto == IPPROTO_TCP)
        read_tcp(view, end);
}

void view_read(struct view *view, const unsigned char *frame, uint32_t size) {
    uint32_t type = TYPE_AT, end = 0;

    *view = (struct view){.frame = frame, .size = size, .proto = -1};
    if (size < ETH_HLEN)
        return;
    for (int i = 0; i < VLAN_TAGS && type + 6 <= size; i++)
        if (view_16(frame + type) == ETH_P_8021Q || view_16(frame + type) == ETH_P_8021AD)
            type += 4;
    view->ether = view_16(frame + type);
    view->network = type + 2;
    if (view->ether == ETH_P_ARP)
        read_arp(view);
    else if (view->ether == ETH_P_IP)
        end = read_ipv4(view);
    else if (view->ether == ETH_P_IPV6)
        end = read_ipv6(view);
    if (end != 0)
        read_transport(view, end);
}
