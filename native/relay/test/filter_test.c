/* The filter, run by a small interpreter of classic BPF, against plain membership. */
#include <linux/if_packet.h>
#include <stdbool.h>

#include "../filter.h"
#include "check.h"

static struct sock_filter program[BPF_MAXINSNS];

static bool lets_through(size_t size, unsigned ifindex, unsigned packet_type) {
    unsigned a = 0;
    for (size_t at = 0; at < size; at++) {
        struct sock_filter now = program[at];
        switch (now.code) {
        case BPF_LD | BPF_B | BPF_ABS:
            a = packet_type;
            break;
        case BPF_LD | BPF_W | BPF_ABS:
            a = ifindex;
            break;
        case BPF_RET | BPF_K:
            return now.k != 0;
        case BPF_JMP | BPF_JA:
            at += now.k;
            break;
        case BPF_JMP | BPF_JEQ | BPF_K:
            at += a == now.k ? now.jt : now.jf;
            break;
        case BPF_JMP | BPF_JGE | BPF_K:
            at += a >= now.k ? now.jt : now.jf;
            break;
        case BPF_JMP | BPF_JGT | BPF_K:
            at += a > now.k ? now.jt : now.jf;
            break;
        default:
            CHECK(!"an instruction of the filter");
        }
    }
    CHECK(!"the filter ends with a verdict");
    return false;
}

/* Ports of every `step`-th index. */
static void check_set(size_t count, int step, bool exact) {
    static int indexes[20000];
    int at = 1000;
    for (size_t i = 0; i < count; i++) {
        indexes[i] = at;
        at += step > 0 ? step : (int)(1 + random() % 4);
    }
    size_t size = filter_build(indexes, count, program);
    CHECK(size > 0 && size <= BPF_MAXINSNS);
    size_t next = 0;
    for (int index = 990; index < at + 10; index++) {
        bool ours = next < count && indexes[next] == index;
        next += ours;
        bool through = lets_through(size, (unsigned)index, PACKET_OTHERHOST);
        CHECK(ours ? through : !(exact && through));
        CHECK(!lets_through(size, (unsigned)index, PACKET_OUTGOING));
    }
    CHECK(!lets_through(size, 1, PACKET_HOST));
    CHECK(!lets_through(size, 2147483647, PACKET_HOST));
}

int main(void) {
    srandom(1);
    for (size_t count = 0; count < 100; count++)
        check_set(count, 0, true);
    check_set(20000, 1, true);
    check_set(680, 3, true);
    check_set(681, 3, true);
    check_set(2000, 3, false);
    check_set(20000, 0, false);
    printf("filter\n");
    return 0;
}
