/*
 * What root in a host can do to its own network, to undo a fault that acts on it: undo INTERFACE NUMBER. Says how each
 * step went; all of them are its right.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <linux/netfilter/nf_tables.h>
#include <linux/netfilter/nfnetlink.h>
#include <linux/pkt_sched.h>
#include <net/if.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "route.h"

static int device;
static uint8_t number;

/* Deletes every table of every family, as `nft flush ruleset` does. */
static int flush_rules(void) {
    struct {
        struct nlmsghdr head;
        struct nfgenmsg body;
    } batch[3] = {0};
    const uint16_t types[] = {NFNL_MSG_BATCH_BEGIN, NFNL_SUBSYS_NFTABLES << 8 | NFT_MSG_DELTABLE, NFNL_MSG_BATCH_END};
    for (int i = 0; i < 3; i++) {
        batch[i].head = (struct nlmsghdr){.nlmsg_len = sizeof batch[i], .nlmsg_type = types[i], .nlmsg_flags = NLM_F_REQUEST};
        if (i == 1) batch[i].head.nlmsg_flags |= NLM_F_ACK;
        else batch[i].body.res_id = NFNL_SUBSYS_NFTABLES << 8; /* big endian */
    }
    char buffer[4096];
    int fd = socket(AF_NETLINK, SOCK_RAW, NETLINK_NETFILTER);
    if (fd < 0 || send(fd, batch, sizeof batch, 0) < 0) return errno;
    if (recv(fd, buffer, sizeof buffer, 0) < 0) return errno;
    close(fd);
    const struct nlmsghdr *head = (const void *)buffer;
    return -((const struct nlmsgerr *)NLMSG_DATA(head))->error;
}

static int drop_queue(uint32_t parent) {
    struct ask ask = ask_begin(RTM_DELQDISC, 0, sizeof(struct tcmsg));
    ask.tc.tcm_ifindex = device;
    ask.tc.tcm_parent = parent;
    return ask_send(&ask, NETLINK_ROUTE);
}
static int drop_root(void) { return drop_queue(TC_H_ROOT); }
static int drop_clsact(void) { return drop_queue(TC_H_CLSACT); }

static int flags(unsigned value) {
    struct ask ask = ask_begin(RTM_NEWLINK, 0, sizeof(struct ifinfomsg));
    ask.link.ifi_index = device;
    ask.link.ifi_flags = value;
    ask.link.ifi_change = IFF_UP | IFF_PROMISC;
    return ask_send(&ask, NETLINK_ROUTE);
}
static int down(void) { return flags(0); }
static int up(void) { return flags(IFF_UP | IFF_PROMISC); }

static int new_mac(void) {
    struct ask ask = ask_begin(RTM_NEWLINK, 0, sizeof(struct ifinfomsg));
    ask.link.ifi_index = device;
    ask_add(&ask, IFLA_ADDRESS, (uint8_t[]){2, 0, 0, 0, 0, number}, 6);
    return ask_send(&ask, NETLINK_ROUTE);
}

/* 10.0.0.NUMBER/24 beside the one that the lab gave. */
static int new_address(void) {
    struct ask ask = ask_begin(RTM_NEWADDR, NLM_F_CREATE | NLM_F_EXCL, sizeof(struct ifaddrmsg));
    ask.address = (struct ifaddrmsg){.ifa_family = AF_INET, .ifa_prefixlen = 24, .ifa_index = (uint32_t)device};
    ask_add(&ask, IFA_LOCAL, (uint8_t[]){10, 0, 0, number}, 4);
    return ask_send(&ask, NETLINK_ROUTE);
}

int main(int argc, char **argv) {
    device = (int)if_nametoindex(argc > 1 ? argv[1] : "eth0");
    number = (uint8_t)(argc > 2 ? atoi(argv[2]) : 77);
    const struct {
        const char *name;
        int (*run)(void);
    } steps[] = {
        {"flush-rules", flush_rules}, {"drop-root-queue", drop_root}, {"drop-clsact", drop_clsact}, {"down", down},
        {"new-mac", new_mac},         {"up", up},                     {"new-address", new_address},
    };
    for (size_t i = 0; i < sizeof steps / sizeof *steps; i++) {
        int error = steps[i].run();
        printf("%s %s\n", steps[i].name, error == 0 ? "ok" : strerrorname_np(error));
    }
    return 0;
}
