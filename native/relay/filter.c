#include "filter.h"

#include <linux/bpf_common.h>
#include <linux/if_packet.h>

/* linux/bpf_common.h */
#ifndef BPF_MAXINSNS
#define BPF_MAXINSNS 4096
#endif

/* A leaf has 4 instructions, each branch above it 2; 3 come before all, 2 after. */
enum { PER_RANGE = 6, RANGES_MAX = (BPF_MAXINSNS - 5) / PER_RANGE };

struct range {
    unsigned low, high;
};

static struct sock_filter statement(unsigned code, unsigned k) {
    return (struct sock_filter)BPF_STMT((unsigned short)code, k);
}

/* Neighbours make one range; so do all whose gap is at most `gap`. */
static size_t merge(const int *indexes, size_t count, unsigned gap, struct range *ranges) {
    size_t used = 0;

    for (size_t i = 0; i < count; i++) {
        unsigned index = (unsigned)indexes[i];

        if (used > 0 && index - ranges[used - 1].high <= gap)
            ranges[used - 1].high = index;
        else if (used < RANGES_MAX)
            ranges[used++] = (struct range){index, index};
        else
            return RANGES_MAX + 1;
    }
    return used;
}

/* A search tree: jumps between its halves are of the long kind, since short ones reach 255 far. */
static size_t build(const struct range *ranges, size_t count, struct sock_filter *out) {
    if (count == 1) {
        out[0] = (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JGE | BPF_K, ranges->low, 0, 2);
        out[1] = (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JGT | BPF_K, ranges->high, 1, 0);
        out[2] = statement(BPF_RET | BPF_K, 0xffffffff);
        out[3] = statement(BPF_RET | BPF_K, 0);
        return 4;
    }
    size_t half = count / 2;
    size_t left = build(ranges, half, out + 2);

    out[0] = (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JGE | BPF_K, ranges[half].low, 0, 1);
    out[1] = statement(BPF_JMP | BPF_JA, (unsigned)left);
    return 2 + left + build(ranges + half, count - half, out + 2 + left);
}

size_t filter_build(const int *indexes, size_t count, struct sock_filter *program) {
    static struct range ranges[RANGES_MAX + 1];
    size_t used = RANGES_MAX + 1, at = 0;

    for (unsigned gap = 1; used > RANGES_MAX; gap = gap < 1U << 30 ? gap * 2 : ~0U)
        used = merge(indexes, count, gap, ranges);
    /* What we send ourselves: older kernels do not keep it from a group (PACKET_IGNORE_OUTGOING). */
    program[at++] = statement(BPF_LD | BPF_B | BPF_ABS, (unsigned)(SKF_AD_OFF + SKF_AD_PKTTYPE));
    program[at++] = (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, PACKET_OUTGOING, 0, 1);
    program[at++] = statement(BPF_RET | BPF_K, 0);
    if (used == 0) {
        program[at++] = statement(BPF_RET | BPF_K, 0);
        return at;
    }
    program[at++] = statement(BPF_LD | BPF_W | BPF_ABS, (unsigned)(SKF_AD_OFF + SKF_AD_IFINDEX));
    return at + build(ranges, used, program + at);
}
