/* Large frames made here are cut up, and every packet is read back by rules written down anew. */
#include <arpa/inet.h>
#include <stdbool.h>
#include <string.h>

#include "../checksum.h"
#include "../segment.h"
#include "check.h"

enum { ROUNDS = 4000, SPACE = 66000 };

struct sample {
    struct virtio_net_hdr vnet;
    size_t network, transport, header, size;
    bool ipv6, udp;
    unsigned char *frame;
};

static unsigned char space[SPACE];

static size_t below(size_t limit) {
    return (size_t)random() % limit;
}

static void put16(unsigned char *at, size_t value) {
    at[0] = (unsigned char)(value >> 8);
    at[1] = (unsigned char)value;
}

static size_t get16(const unsigned char *at) {
    return (size_t)at[0] << 8 | at[1];
}

/* Ethernet with up to two tags, IPv4 or IPv6 with options, TCP with options or UDP. */
static struct sample make(void) {
    struct sample s = {.ipv6 = random() & 1, .udp = random() & 1, .frame = space};
    size_t at = 12, options = below(3) * 8;
    for (size_t i = 0; i < SPACE; i++)
        space[i] = (unsigned char)random();
    for (size_t tags = below(3); tags > 0; tags--, at += 4)
        put16(space + at, tags == 2 ? 0x88a8 : 0x8100);
    put16(space + at, s.ipv6 ? 0x86dd : 0x0800);
    s.network = at + 2;
    unsigned char *ip = space + s.network;
    int protocol = s.udp ? 17 : 6;
    if (s.ipv6) {
        ip[0] = 0x60;
        ip[6] = (unsigned char)(options ? 60 : protocol);
        ip[40] = (unsigned char)protocol;
        ip[41] = (unsigned char)(options / 8 - (options ? 1 : 0));
        s.transport = s.network + 40 + options;
        if (!options)
            ip[6] = (unsigned char)protocol;
    } else {
        ip[0] = (unsigned char)(0x40 | (5 + options / 4));
        ip[9] = (unsigned char)protocol;
        s.transport = s.network + 20 + options;
    }
    size_t words = 5 + below(11);
    space[s.transport + 12] = (unsigned char)(s.udp ? space[s.transport + 12] : words << 4);
    s.header = s.transport + (s.udp ? 8 : words * 4);
    s.size = s.header + below(random() & 1 ? 65000 - s.header : 5000);
    s.vnet.gso_type = s.udp    ? VIRTIO_NET_HDR_GSO_UDP_L4
                      : s.ipv6 ? VIRTIO_NET_HDR_GSO_TCPV6
                               : VIRTIO_NET_HDR_GSO_TCPV4 | VIRTIO_NET_HDR_GSO_ECN;
    s.vnet.gso_size = (uint16_t)(1 + below(random() & 1 ? 1448 : 9000));
    s.vnet.flags = VIRTIO_NET_HDR_F_NEEDS_CSUM;
    s.vnet.csum_start = (uint16_t)s.transport;
    return s;
}

/* RFC 1071, byte by byte. */
static size_t slow_sum(const unsigned char *at, size_t size, size_t sum) {
    for (size_t i = 0; i < size; i++)
        sum += (size_t)at[i] << (i & 1 ? 0 : 8);
    while (sum >> 16)
        sum = (sum & 0xffff) + (sum >> 16);
    return sum;
}

static void check_packet(const struct sample *s, const unsigned char *packet, size_t size, size_t index,
                         size_t before, bool last) {
    const unsigned char *ip = packet + s->network, *transport = packet + s->transport;
    const unsigned char *old_ip = s->frame + s->network, *old_transport = s->frame + s->transport;
    size_t transport_size = size - s->transport;
    CHECK(memcmp(packet, s->frame, s->network) == 0);
    CHECK(memcmp(packet + s->header, s->frame + s->header + before, size - s->header) == 0);
    if (s->ipv6) {
        CHECK(get16(ip + 4) == size - s->network - 40);
    } else {
        CHECK(get16(ip + 2) == size - s->network);
        CHECK(get16(ip + 4) == ((get16(old_ip + 4) + index) & 0xffff));
        CHECK(slow_sum(ip, (size_t)(ip[0] & 15) * 4, 0) == 0xffff);
    }
    size_t pseudo = slow_sum(ip + (s->ipv6 ? 8 : 12), s->ipv6 ? 32 : 8, (s->udp ? 17 : 6) + transport_size);
    CHECK(slow_sum(transport, transport_size, pseudo) == 0xffff);
    if (s->udp) {
        CHECK(get16(transport + 4) == transport_size);
        CHECK(get16(transport + 6) != 0);
        return;
    }
    uint32_t sequence, old_sequence;
    memcpy(&sequence, transport + 4, 4);
    memcpy(&old_sequence, old_transport + 4, 4);
    CHECK(ntohl(sequence) == (uint32_t)(ntohl(old_sequence) + before));
    unsigned char keep = 0xff;
    if (!last)
        keep &= (unsigned char)~(0x01 | 0x08);
    if (index > 0)
        keep &= (unsigned char)~0x80;
    CHECK(transport[13] == (old_transport[13] & keep));
    CHECK(memcmp(transport + 8, old_transport + 8, 5) == 0);
    CHECK(memcmp(transport + 18, old_transport + 18, s->header - s->transport - 18) == 0);
}

static void cut(const struct sample *s) {
    struct segments segments;
    /* Exactly as large as the frame, so that a read past its end is seen. */
    unsigned char *frame = malloc(s->size);
    memcpy(frame, s->frame, s->size);
    CHECK(segments_read(&segments, frame, s->size, &s->vnet));
    size_t before = 0;
    for (unsigned i = 0; i < segments.count; i++) {
        size_t size = segment_size(&segments, i);
        unsigned char *packet = malloc(size);
        segment_write(&segments, i, packet);
        check_packet(s, packet, size, i, before, i + 1 == segments.count);
        CHECK(size - s->header <= s->vnet.gso_size);
        before += size - s->header;
        free(packet);
    }
    CHECK(before == s->size - s->header);
    free(frame);
}

/* Anything at all, and good frames with some bytes changed or the end cut off. */
static void damage(struct sample *s) {
    struct segments segments;
    for (size_t hits = below(6); hits > 0; hits--)
        space[below(100)] = (unsigned char)random();
    if (random() & 1)
        s->vnet.csum_start = (uint16_t)random();
    if (random() & 1)
        s->vnet.gso_type = (uint8_t)random();
    size_t size = random() & 1 ? below(120) : s->size;
    unsigned char *frame = malloc(size + 1);
    memcpy(frame + 1, space, size);
    if (segments_read(&segments, frame + 1, size, &s->vnet))
        for (unsigned i = 0; i < segments.count && i < 100; i++) {
            unsigned char *packet = malloc(segment_size(&segments, i));
            segment_write(&segments, i, packet);
            free(packet);
        }
    free(frame);
}

int main(void) {
    srandom(1);
    for (int round = 0; round < ROUNDS; round++) {
        struct sample sample = make();
        cut(&sample);
        damage(&sample);
    }
    printf("%d large frames\n", ROUNDS);
    return 0;
}
