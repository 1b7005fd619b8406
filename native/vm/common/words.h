/*
 * What vm-enter (outside) and vm-init (PID 1 of the vm) say to each other, over a SOCK_SEQPACKET socket
 * whose inner end is a channel of /dev/netrig. Little endian, as every machine that netrig runs on is.
 */
#ifndef NETRIG_VM_WORDS_H
#define NETRIG_VM_WORDS_H

#include <stdint.h>
#include <termios.h>

#include "../../common/launch.h"

enum vm_word {
    VM_RUN = 'R',    /* enter: value: bytes of the body; descriptors: body (a memfd), stdin, stdout, stderr */
    VM_SIGNAL = 'S', /* enter: value: the signal, detail: enum vm_reach */
    VM_WINDOW = 'W', /* enter: value: rows, detail: columns */
    VM_END = 'X',    /* enter: the vm is to end */
    VM_BEGAN = 'B',  /* init: the command runs; value: its pid */
    VM_FAILED = 'F', /* init: it cannot; value: errno, detail: enum stage */
    VM_EXITED = 'E', /* init: it has ended and its output is out; value: wait status */
    VM_LOST = 'L',   /* vm-enter to who started it: the vm ended before the command did */
    VM_TYPED = 'T',  /* vm-enter to who started it: a key for the vm that wants the command to end */
    VM_COPIED = 'C', /* init: before the end; value: errno of copying --out, 0 when all is there */
};

enum vm_reach { VM_PROCESS = 0, VM_GROUP = 1 };

struct vm_message {
    uint32_t word;
    int32_t value;
    uint32_t detail;
    uint32_t unused;
    uint64_t time; /* VM_EXITED: of the vm's clock (CLOCK_MONOTONIC), in ns */
};

enum { VM_BODY_MAGIC = 0x6e74766d, VM_BODY_MAX = 8 << 20, VM_GROUPS_MAX = 256 };

/*
 * A command: this header, then `groups` gids (u32), then NUL-ended strings: cwd, file, argv..., env...
 */
struct vm_body {
    uint32_t magic, argc, envc, groups;
    uint32_t uid, gid, umask;
    uint32_t terminals; /* bit n: descriptor n is a terminal outside */
    uint32_t raw;       /* the terminal outside hands everything through in both directions */
    uint16_t rows, columns;
    uint32_t lazy;      /* stdin is a socket that the command itself reads, and the world waits meanwhile */
    uint64_t files, stack; /* soft limits (RLIMIT_NOFILE, RLIMIT_STACK) */
    struct termios terminal;
};

#endif
