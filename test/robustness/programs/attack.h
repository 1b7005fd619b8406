/* What a root program in a host may try against the machine; each returns 0 when it worked, else errno. */
#ifndef NETRIG_ATTACK_H
#define NETRIG_ATTACK_H

#define _GNU_SOURCE
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <sys/types.h>

struct target {
    pid_t pid;          /* a process of the machine */
    const char *socket; /* the lab's abstract socket, without the NUL */
    char folder[64];    /* of this program's own */
};

struct attack {
    const char *name;
    int (*run)(const struct target *target);
    bool harmless; /* may be run outside, by the machine's root, to see that it works there */
};

extern const struct attack file_attacks[], kernel_attacks[], group_attacks[], network_attacks[];

/* 0, or errno: what a system call said. */
static inline int said(long result) {
    return result < 0 ? errno : 0;
}

#endif
