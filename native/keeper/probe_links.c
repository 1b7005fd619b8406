/* Tries of links and queueing disciplines, on a new network namespace's own loopback. rtnetlink(7). */
#include <arpa/inet.h>
#include <linux/if_ether.h>
#include <linux/if_link.h>
#include <linux/pkt_cls.h>
#include <linux/pkt_sched.h>
#include <linux/rtnetlink.h>
#include <linux/tc_act/tc_mirred.h>
#include <linux/veth.h>

#include "keeper.h"
#include "probe.h"
#include "probe_netlink.h"

enum { LOOPBACK = 1 /* LOOPBACK_IFINDEX, include/net/net_namespace.h */, MAKE = NLM_F_CREATE | NLM_F_EXCL | NLM_F_ACK };

static int send_route(const struct packet *packet) {
    uint32_t refused;
    return packet_send(packet, NETLINK_ROUTE, &refused);
}

static int make_link(const char *kind, const char **step) {
    struct packet packet = {0};
    struct ifinfomsg link = {.ifi_family = AF_UNSPEC};
    *step = kind;
    packet_message(&packet, RTM_NEWLINK, MAKE, &link, sizeof link);
    packet_text(&packet, IFLA_IFNAME, "probe0");
    uint32_t info = packet_nest(&packet, IFLA_LINKINFO);
    packet_text(&packet, IFLA_INFO_KIND, kind);
    packet_nest_end(&packet, info);
    return send_route(&packet);
}

int probe_veth(const char **step) {
    return make_link("veth", step);
}

int probe_bridge(const char **step) {
    return make_link("bridge", step);
}

static void begin_qdisc(struct packet *packet, uint32_t parent, uint32_t handle, const char *kind) {
    struct tcmsg qdisc = {.tcm_ifindex = LOOPBACK, .tcm_parent = parent, .tcm_handle = handle};
    packet_message(packet, RTM_NEWQDISC, MAKE, &qdisc, sizeof qdisc);
    packet_text(packet, TCA_KIND, kind);
}

int probe_netem(const char **step) {
    struct packet packet = {0};
    struct tc_netem_qopt options = {.limit = 1000};
    *step = "qdisc";
    begin_qdisc(&packet, TC_H_ROOT, TC_H_MAKE(1 << 16, 0), "netem");
    packet_attribute(&packet, TCA_OPTIONS, &options, sizeof options);
    return send_route(&packet);
}

int probe_tbf(const char **step) {
    struct packet packet = {0};
    struct tc_tbf_qopt parameters = {.rate = {.rate = 1000000, .linklayer = TC_LINKLAYER_ETHERNET}, .limit = 65536};
    uint32_t burst = 1600;
    *step = "qdisc";
    begin_qdisc(&packet, TC_H_ROOT, TC_H_MAKE(1 << 16, 0), "tbf");
    uint32_t options = packet_nest(&packet, TCA_OPTIONS);
    packet_attribute(&packet, TCA_TBF_PARMS, &parameters, sizeof parameters);
    packet_attribute(&packet, TCA_TBF_BURST, &burst, sizeof burst);
    packet_nest_end(&packet, options);
    return send_route(&packet);
}

static void put_redirect(struct packet *packet) {
    struct tc_mirred to = {.action = TC_ACT_STOLEN, .eaction = TCA_EGRESS_REDIR, .ifindex = LOOPBACK};
    uint32_t actions = packet_nest(packet, TCA_U32_ACT), first = packet_nest(packet, 1);
    packet_text(packet, TCA_ACT_KIND, "mirred");
    uint32_t options = packet_nest(packet, TCA_ACT_OPTIONS);
    packet_attribute(packet, TCA_MIRRED_PARMS, &to, sizeof to);
    packet_nest_end(packet, options);
    packet_nest_end(packet, first);
    packet_nest_end(packet, actions);
}

/* clsact, a u32 filter that matches all, and mirred: what a link between two hosts is made of. */
int probe_redirect(const char **step) {
    struct packet packet = {0};
    begin_qdisc(&packet, TC_H_CLSACT, TC_H_MAKE(TC_H_CLSACT, 0), "clsact");
    struct tcmsg filter = {
        .tcm_ifindex = LOOPBACK,
        .tcm_parent = TC_H_MAKE(TC_H_CLSACT, TC_H_MIN_INGRESS),
        .tcm_info = TC_H_MAKE(1 << 16, htons(ETH_P_ALL)),
    };
    struct {
        struct tc_u32_sel selector;
        struct tc_u32_key key;
    } all = {.selector = {.flags = TC_U32_TERMINAL, .nkeys = 1}};
    packet_message(&packet, RTM_NEWTFILTER, MAKE, &filter, sizeof filter);
    packet_text(&packet, TCA_KIND, "u32");
    uint32_t options = packet_nest(&packet, TCA_OPTIONS), refused;
    packet_attribute(&packet, TCA_U32_SEL, &all, sizeof all);
    put_redirect(&packet);
    packet_nest_end(&packet, options);
    int done = packet_send(&packet, NETLINK_ROUTE, &refused);
    *step = refused == 0 ? "clsact" : "mirred";
    return done;
}
