#ifndef RELAY_LINK_H
#define RELAY_LINK_H

#include <stdint.h>

#include "direction.h"

struct rule;
struct flows;
struct watch;

/* Links are numbered by the lab from 0 up. */
enum { LINKS = 65536 };

struct link {
    uint32_t number;
    int ports[2];                   /* ifindex of each end's device */
    struct direction directions[2]; /* directions[i] leads from ports[i] to the other */
    struct rule *rules;             /* the first */
    struct flows *flows;            /* connections, where a rule may reset some */
    struct watch *watch;            /* who is told what becomes of packets */
};

/* The link with that number, or NULL. */
struct link *link_find(uint32_t number);

/* Joins two devices. Nothing is heard of them before ports_commit(). 0 or -errno. */
int link_add(uint32_t number, const int ifindex[2], uint64_t seed);

/* Gives one end a new device, as a restarted host has. 0 or -errno. */
int link_set_port(struct link *link, unsigned side, int ifindex);

void link_remove(uint32_t number);

/* At the end. */
void link_remove_all(void);

#endif
