#ifndef RELAY_COUNTERS_H
#define RELAY_COUNTERS_H

#include <stdint.h>

/*
 * What one direction of a link has done, in wire packets and bytes with their ethernet headers.
 * The record lies in memory shared with Node, which reads it without asking: record number
 * `link * 2 + direction`, 24 numbers of 64 bits each, in this order.
 */
struct counters {
    uint64_t packets;
    uint64_t bytes;
    uint64_t delivered;
    uint64_t delivered_bytes;
    uint64_t lost;        /* by the condition `loss` */
    uint64_t over_queue;  /* no room in the queue in front of `rate` */
    uint64_t down;        /* the link was down */
    uint64_t over_memory; /* the relay held as much as it may */
    uint64_t missed;      /* frames that the kernel dropped before the relay could read them */
    uint64_t errors;      /* unreadable, or the far port would not take them */
    uint64_t duplicated;  /* copies that were sent besides */
    uint64_t corrupted;   /* a bit of them was turned over */
    uint64_t reordered;   /* have overtaken another */
    uint64_t over_mtu;    /* longer than the condition `mtu` allows */
    uint64_t by_rule;     /* a rule has met them */
    uint64_t rule_drops;  /* and has dropped them, or sent something else */
    uint64_t made;        /* packets that rules have sent of their own, to this direction's end */
    uint64_t spare[7];
};

/* What one rule has done. Records of rules begin behind those of all links there can be. */
struct rule_counters {
    uint64_t seen;    /* packets that are as it says, before it counted them out */
    uint64_t met;     /* packets that it did something to */
    uint64_t bytes;   /* of those met */
    uint64_t late;    /* questions that nobody answered in time */
    uint64_t overrun; /* questions that were one too many at once */
    uint64_t spare[3];
};

enum { RULES = 4096 };

/* Takes the shared file; 0 or -errno. */
int counters_open(int fd);

/* The zeroed records of both directions of a link, NULL with errno when the file cannot grow. */
struct counters *counters_of_link(uint32_t link);

/* The zeroed record of a rule, likewise. */
struct rule_counters *counters_of_rule(uint32_t rule);

#endif
