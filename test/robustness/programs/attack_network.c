/* The fabric, from a host: by the numbers under which the kernel lets namespaces name each other. */
#include "attack.h"

#include <errno.h>
#include <fcntl.h>
#include <net/if.h>
#include <string.h>
#include <sys/socket.h>

#include "route.h"

enum { IDS = 64 };

/* A namespace that has a number here refuses with EPERM or EACCES; one that has none, with EINVAL. */
static bool refuses(int error) {
    return error == EPERM || error == EACCES;
}

static int each(struct ask (*make)(int id)) {
    int worst = ENODATA;
    for (int id = 0; id < IDS; id++) {
        struct ask ask = make(id);
        int error = ask_send(&ask, NETLINK_ROUTE);
        if (error == 0) return 0;
        if (refuses(error) || worst == ENODATA) worst = error;
    }
    return worst;
}

static struct ask see(int id) {
    struct ask ask = ask_begin(RTM_GETLINK, NLM_F_DUMP, sizeof(struct ifinfomsg));
    ask_number(&ask, IFLA_TARGET_NETNSID, (uint32_t)id);
    return ask;
}
static struct ask see_port(int id) {
    struct ask ask = ask_begin(RTM_GETLINK, 0, sizeof(struct ifinfomsg));
    ask.link.ifi_index = 1000;
    ask_number(&ask, IFLA_TARGET_NETNSID, (uint32_t)id);
    return ask;
}
static struct ask see_addresses(int id) {
    struct ask ask = ask_begin(RTM_GETADDR, NLM_F_DUMP, sizeof(struct ifaddrmsg));
    ask_number(&ask, IFA_TARGET_NETNSID, (uint32_t)id);
    return ask;
}
static struct ask dismantle(int id) {
    struct ask ask = ask_begin(RTM_DELLINK, 0, sizeof(struct ifinfomsg));
    ask.link.ifi_index = 1000;
    ask_number(&ask, IFLA_TARGET_NETNSID, (uint32_t)id);
    return ask;
}
static struct ask intrude(int id) {
    struct ask ask = ask_begin(RTM_NEWLINK, NLM_F_CREATE | NLM_F_EXCL, sizeof(struct ifinfomsg));
    ask_number(&ask, IFLA_TARGET_NETNSID, (uint32_t)id);
    struct nlattr kind = {.nla_type = IFLA_INFO_KIND, .nla_len = NLA_HDRLEN + 4};
    char info[NLA_HDRLEN + 4];
    memcpy(info, &kind, sizeof kind);
    memcpy(info + NLA_HDRLEN, "veth", 4);
    ask_add(&ask, IFLA_LINKINFO, info, sizeof info);
    return ask;
}
static struct ask send_over(int id) {
    struct ask ask = ask_begin(RTM_NEWLINK, 0, sizeof(struct ifinfomsg));
    ask.link.ifi_index = (int)if_nametoindex("eth0");
    ask_number(&ask, IFLA_TARGET_NETNSID, (uint32_t)id);
    return ask;
}

static int see_fabric(const struct target *t) { return (void)t, each(see); }
static int see_fabric_port(const struct target *t) { return (void)t, each(see_port); }
static int see_fabric_addresses(const struct target *t) { return (void)t, each(see_addresses); }
static int delete_port(const struct target *t) { return (void)t, each(dismantle); }
static int new_port(const struct target *t) { return (void)t, each(intrude); }
static int move_into_fabric(const struct target *t) { return (void)t, each(send_over); }

/* The machine's network, by the pid of a process in it. */
static int move_by_pid(const struct target *t) {
    struct ask ask = ask_begin(RTM_NEWLINK, 0, sizeof(struct ifinfomsg));
    ask.link.ifi_index = (int)if_nametoindex("eth0");
    ask_number(&ask, IFLA_NET_NS_PID, (uint32_t)t->pid);
    return ask_send(&ask, NETLINK_ROUTE);
}

const struct attack network_attacks[] = {
    {"see-fabric", see_fabric, false},
    {"see-fabric-port", see_fabric_port, false},
    {"see-fabric-addresses", see_fabric_addresses, false},
    {"delete-fabric-port", delete_port, false},
    {"new-fabric-port", new_port, false},
    {"move-into-fabric", move_into_fabric, false},
    {"move-to-machine", move_by_pid, false},
    {0},
};
