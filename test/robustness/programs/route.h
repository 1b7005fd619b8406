/* As much rtnetlink as is needed to do harm; linux/rtnetlink.h, netlink(7). */
#ifndef NETRIG_ROUTE_H
#define NETRIG_ROUTE_H

#include <linux/if_link.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <stdint.h>

struct ask {
    struct nlmsghdr head;
    union {
        struct ifinfomsg link;
        struct tcmsg tc;
        struct ifaddrmsg address;
        struct nfgenmsg_ {
            uint8_t family, version;
            uint16_t res_id;
        } nf;
    };
    char attributes[512];
};

struct ask ask_begin(uint16_t type, uint16_t flags, uint32_t fixed);
void ask_add(struct ask *ask, uint16_t type, const void *value, uint16_t size);
static inline void ask_number(struct ask *ask, uint16_t type, uint32_t value) {
    ask_add(ask, type, &value, sizeof value);
}
/* 0 when the kernel did it, or answered with what was asked for; else errno. */
int ask_send(struct ask *ask, int protocol);

#endif
