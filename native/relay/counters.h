#ifndef RELAY_COUNTERS_H
#define RELAY_COUNTERS_H

#include <stdint.h>

/*
 * What one direction of a link has done, in wire packets and bytes with their ethernet headers.
 * The record lies in memory shared with Node, which reads it without asking: record number
 * `link * 2 + direction`, sixteen 64 bit numbers each, in this order.
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
    uint64_t spare[6];
};

/* Takes the shared file; 0 or -errno. */
int counters_open(int fd);

/* The zeroed records of both directions of a link, NULL with errno when the file cannot grow. */
struct counters *counters_of_link(uint32_t link);

#endif
