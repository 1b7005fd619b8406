#include "forge.h"

#include <arpa/inet.h>
#include <linux/if_ether.h>
#include <netinet/in.h>
#include <string.h>

#include "checksum.h"

/* RFC 791, 8200, 9293, 792, 4443. */
enum {
    IPV4_SIZE = 20,
    IPV6_SIZE = 40,
    TCP_SIZE = 20,
    TCP_CHECKSUM = 16,
    UDP_CHECKSUM = 6,
    ICMP_SIZE = 8,
    ICMP_CHECKSUM = 2,
    HOPS = 64,
    QUOTED_V4 = 548, /* RFC 1812: as much as fits into 576 bytes */
    QUOTED_V6 = 1232,
};

static void write_16(unsigned char *at, size_t value) {
    at[0] = (unsigned char)(value >> 8);
    at[1] = (unsigned char)value;
}

static void write_32(unsigned char *at, uint32_t value) {
    value = htonl(value);
    memcpy(at, &value, sizeof value);
}

static uint16_t transport_sum(const unsigned char *ip, bool ipv6, int proto, const unsigned char *transport,
                              size_t size) {
    uint64_t sum = htons((uint16_t)proto) + (uint64_t)htons((uint16_t)size);

    sum = ipv6 ? checksum_add(sum, ip + 8, 32) : checksum_add(sum, ip + 12, 8);
    return checksum_fold(checksum_add(sum, transport, size));
}

static void sum_header(unsigned char *ip) {
    memset(ip + 10, 0, 2);
    uint16_t sum = checksum_fold(checksum_add(0, ip, (size_t)(ip[0] & 15) * 4));

    memcpy(ip + 10, &sum, sizeof sum);
}

/* Ethernet header with its tags and an IP header for so many bytes; returns where those begin. */
static size_t write_headers(const struct view *view, bool back, int proto, size_t size, unsigned char *out) {
    size_t length = view_address_size(view);
    const unsigned char *from = back ? view->to : view->from, *to = back ? view->from : view->to;
    unsigned char *ip = out + view->network;

    memcpy(out, view->frame, view->network);
    if (back) {
        memcpy(out, view->frame + ETH_ALEN, ETH_ALEN);
        memcpy(out + ETH_ALEN, view->frame, ETH_ALEN);
    }
    if (view->family == 6) {
        memset(ip, 0, IPV6_SIZE);
        ip[0] = 0x60;
        write_16(ip + 4, size);
        ip[6] = (unsigned char)proto;
        ip[7] = HOPS;
        memcpy(ip + 8, from, length);
        memcpy(ip + 24, to, length);
        return view->network + IPV6_SIZE;
    }
    memset(ip, 0, IPV4_SIZE);
    ip[0] = 0x45;
    write_16(ip + 2, IPV4_SIZE + size);
    ip[6] = 0x40; /* do not fragment */
    ip[8] = HOPS;
    ip[9] = (unsigned char)proto;
    memcpy(ip + 12, from, length);
    memcpy(ip + 16, to, length);
    sum_header(ip);
    return view->network + IPV4_SIZE;
}

size_t forge_reset(const struct view *view, bool back, uint32_t seq, uint32_t ack, unsigned char *out) {
    if (view->proto != IPPROTO_TCP || !view->ported)
        return 0;
    size_t at = write_headers(view, back, IPPROTO_TCP, TCP_SIZE, out);
    unsigned char *tcp = out + at;

    memset(tcp, 0, TCP_SIZE);
    write_16(tcp, back ? view->to_port : view->from_port);
    write_16(tcp + 2, back ? view->from_port : view->to_port);
    write_32(tcp + 4, seq);
    write_32(tcp + 8, ack);
    tcp[12] = TCP_SIZE / 4 << 4;
    tcp[13] = TCP_RST | TCP_ACK;
    uint16_t sum = transport_sum(out + view->network, view->family == 6, IPPROTO_TCP, tcp, TCP_SIZE);

    memcpy(tcp + TCP_CHECKSUM, &sum, sizeof sum);
    return at + TCP_SIZE;
}

/* RFC 1122 3.2.2, RFC 4443 2.4: no error about an error, a later fragment, or to more than one. */
static bool may_answer(const struct view *view) {
    if (view->from == NULL || view->ether == ETH_P_ARP || view->fragment || view->frame[0] & 1)
        return false;
    if (view->proto != IPPROTO_ICMP && view->proto != IPPROTO_ICMPV6)
        return true;
    unsigned type = view->payload_size > 0 ? view->frame[view->payload] : 3;

    return view->family == 4 ? type == 8 || type == 0 : type >= 128;
}

size_t forge_unreachable(const struct view *view, unsigned char *out) {
    if (!may_answer(view))
        return 0;
    bool ipv6 = view->family == 6;
    int proto = ipv6 ? IPPROTO_ICMPV6 : IPPROTO_ICMP;
    size_t quoted = view->size - view->network, most = ipv6 ? QUOTED_V6 : QUOTED_V4;

    if (quoted > most)
        quoted = most;
    size_t at = write_headers(view, true, proto, ICMP_SIZE + quoted, out);
    unsigned char *icmp = out + at;

    memset(icmp, 0, ICMP_SIZE);
    /* Destination unreachable: the port, or for what has none the host. */
    icmp[0] = ipv6 ? 1 : 3;
    icmp[1] = view->ported ? (ipv6 ? 4 : 3) : (ipv6 ? 3 : 1);
    memcpy(icmp + ICMP_SIZE, view->frame + view->network, quoted);
    uint16_t sum = ipv6 ? transport_sum(out + view->network, true, proto, icmp, ICMP_SIZE + quoted)
                        : checksum_fold(checksum_add(0, icmp, ICMP_SIZE + quoted));

    memcpy(icmp + ICMP_CHECKSUM, &sum, sizeof sum);
    return at + ICMP_SIZE + quoted;
}

void forge_mend(unsigned char *frame, const struct view *view) {
    unsigned char *ip = frame + view->network;
    size_t field = view->proto == IPPROTO_TCP ? TCP_CHECKSUM : UDP_CHECKSUM;

    if (view->family == 4 && view->ether == ETH_P_IP)
        sum_header(ip);
    if (!view->ported)
        return;
    unsigned char *transport = frame + view->transport;

    memset(transport + field, 0, 2);
    uint16_t sum = transport_sum(ip, view->family == 6, view->proto, transport,
                                 view->payload + view->payload_size - view->transport);

    if (sum == 0 && view->proto == IPPROTO_UDP)
        sum = 0xffff;
    memcpy(transport + field, &sum, sizeof sum);
}
