/* What rules read of packets, which ones they mean, and whose they are. */
#include <string.h>

#include "../checksum.h"
#include "../flows.h"
#include "../forge.h"
#include "../match.h"
#include "check.h"

static unsigned char frame[2000];

/* TCP from 10.0.0.1:1000 to 10.0.0.2:80 behind a VLAN tag. */
static uint32_t tcp(uint8_t flags, uint32_t seq, const char *payload) {
    static const unsigned char head[] = {2, 0, 0, 0, 0, 2, 2, 0, 0, 0, 0, 1, 0x81, 0, 0, 5, 8, 0};
    uint32_t carried = (uint32_t)strlen(payload);
    unsigned char *ip = frame + sizeof head, *tcp = ip + 20;
    memset(frame, 0, sizeof frame);
    memcpy(frame, head, sizeof head);
    ip[0] = 0x45;
    ip[3] = (unsigned char)(40 + carried);
    ip[9] = 6;
    memcpy(ip + 12, (unsigned char[]){10, 0, 0, 1, 10, 0, 0, 2}, 8);
    memcpy(tcp, (unsigned char[]){1000 >> 8, 1000 & 255, 0, 80}, 4);
    tcp[7] = (unsigned char)seq;
    tcp[12] = 0x50;
    tcp[13] = flags;
    memcpy(tcp + 20, payload, carried);
    /* Padding, as short frames have it. */
    return 18 + 40 + carried + 6;
}

static struct view view_of(uint32_t size) {
    struct view view;
    view_read(&view, frame, size);
    return view;
}

static bool means(const char *words, const struct view *view) {
    static char text[500];
    struct match match = {.ether = -1, .proto = -1};
    char *rest = strcpy(text, words);
    for (char *word; (word = strsep(&rest, " "));) {
        char *value = strchr(word, '=');
        *value++ = '\0';
        CHECK(match_read(&match, word, value) == 0);
    }
    return match_packet(&match, view);
}

static void test_match(void) {
    struct view view = view_of(tcp(TCP_PSH | TCP_ACK, 9, "hello"));
    CHECK(view.payload_size == 5 && memcmp(frame + view.payload, "hello", 5) == 0);
    CHECK(view.ether == 0x800 && view.proto == 6 && view.from_port == 1000 && view.seq == 9);
    CHECK(means("proto=6", &view) && !means("proto=17", &view) && means("ether=2048", &view));
    CHECK(means("from=0a000001,32", &view) && means("from=0a000080,24 to=0a000003,31", &view));
    CHECK(!means("from=0a000002,32", &view) && !means("from=0a000000,32", &view));
    CHECK(means("from=0b000000,8 from=0a000000,8", &view) && means("to=00000000,0", &view));
    CHECK(!means("from=00000000000000000000000000000000,0", &view));
    CHECK(means("port=80,80", &view) && means("port=1000,1000", &view) && !means("port=81,999", &view));
    CHECK(means("to-port=80,80", &view) && !means("from-port=80,80", &view));
    CHECK(means("flags=16,2", &view) && !means("flags=2,0", &view) && !means("flags=16,8", &view));
    CHECK(means("payload=6c6c6f", &view) && !means("payload=6c6c6f00", &view));
    CHECK(means("size=0,100", &view) && !means("size=0,50", &view));
}

static void test_other_frames(void) {
    uint32_t size = tcp(TCP_SYN, 9, "");
    frame[18 + 6] = 0;
    frame[18 + 7] = 1; /* a later fragment */
    struct view view = view_of(size);
    CHECK(view.fragment && !view.ported && !means("port=80,80", &view) && means("proto=6", &view));
    /* Address resolution is not meant by addresses alone. */
    memset(frame, 0, sizeof frame);
    memcpy(frame + 12, (unsigned char[]){8, 6, 0, 1, 8, 0, 6, 4, 0, 1}, 10);
    memcpy(frame + 28, (unsigned char[]){10, 0, 0, 1}, 4);
    view = view_of(60);
    CHECK(!means("from=0a000001,32", &view) && means("ether=2054 from=0a000001,32", &view));
    for (uint32_t cut = 0; cut < 60; cut++)
        CHECK(view_of(cut).payload == 0);
}

static void test_which(void) {
    struct which which = {.after = 2, .first = 6, .every = 2};
    for (uint64_t i = 1; i < 20; i++)
        CHECK(which_holds(&which, i) == (i == 4 || i == 6 || i == 8));
    which = (struct which){.count = 2, .nth = {1, 3}};
    for (uint64_t i = 1; i < 9; i++)
        CHECK(which_holds(&which, i) == (i == 1 || i == 3));
}

static void test_flows(void) {
    struct flows *flows = flows_new();
    struct view there = view_of(tcp(TCP_SYN, 9, ""));
    struct flow *flow = flows_of(flows, &there);
    CHECK(flow->ordinal == 1 && flow->begun);
    flow->bytes = 7;
    /* Its SYN once more, and the way back. */
    CHECK(flows_of(flows, &there) == flow && flow->bytes == 7);
    struct view back = there;
    back.from = there.to;
    back.to = there.from;
    back.from_port = there.to_port;
    back.to_port = there.from_port;
    back.flags = TCP_SYN | TCP_ACK;
    CHECK(flows_of(flows, &back) == flow && flow->ordinal == 1);
    /* The same ports for another connection. */
    there.seq = 10;
    CHECK(flows_of(flows, &there)->ordinal == 2 && flow->bytes == 0);
    /* The oldest go when there are too many. */
    there.flags = TCP_ACK;
    for (uint32_t i = 0; i < 70000; i++) {
        unsigned char address[4] = {11, (unsigned char)(i >> 16), (unsigned char)(i >> 8), (unsigned char)i};
        there.from = address;
        CHECK(flows_of(flows, &there)->ordinal == i + 3);
    }
    CHECK(flows_of(flows, &back)->ordinal == 70003);
    flows_free(flows);
}

/* A header's sum over itself is zero when it is right. */
static void check_sums(const unsigned char *out, size_t size, uint32_t network, int proto) {
    const unsigned char *ip = out + network;
    size_t transport = size - network - 20;
    CHECK(checksum_fold(checksum_add(0, ip, 20)) == 0);
    unsigned char pseudo[4] = {0, (unsigned char)proto, (unsigned char)(transport >> 8), (unsigned char)transport};
    uint64_t sum = proto == 1 ? 0 : checksum_add(checksum_add(0, pseudo, 4), ip + 12, 8);
    CHECK(checksum_fold(checksum_add(sum, ip + 20, transport)) == 0);
}

static void test_forge(void) {
    unsigned char out[FORGED_MAX];
    struct view view = view_of(tcp(TCP_PSH | TCP_ACK, 9, "hello")), made;
    size_t size = forge_reset(&view, true, 77, 14, out);
    view_read(&made, out, (uint32_t)size);
    CHECK(size == 58 && made.from_port == 80 && made.to_port == 1000 && made.seq == 77 && made.ack == 14);
    CHECK(made.flags == (TCP_RST | TCP_ACK) && memcmp(made.from, (unsigned char[]){10, 0, 0, 2}, 4) == 0);
    CHECK(memcmp(out, frame + 6, 6) == 0 && memcmp(out + 6, frame, 6) == 0);
    check_sums(out, size, 18, 6);
    size = forge_unreachable(&view, out);
    view_read(&made, out, (uint32_t)size);
    CHECK(made.proto == 1 && out[made.payload] == 3 && out[made.payload + 1] == 3);
    check_sums(out, size, 18, 1);
    /* Nobody is told of an error about an error. */
    struct view error = made;
    CHECK(forge_unreachable(&error, out) == 0);
    frame[view.payload] ^= 1;
    forge_mend(frame, &view);
    check_sums(frame, view.payload + view.payload_size, 18, 6);
}

int main(void) {
    test_match();
    test_other_frames();
    test_which();
    test_flows();
    test_forge();
    printf("match\n");
    return 0;
}
