/*
 * The words that Node, the keeper, the hosts' PID 1 and `enter` speak. src/sandbox/keeper/protocol.ts
 * says the same in TypeScript. Little endian, as every machine that netrig runs on is.
 */
#ifndef NETRIG_WIRE_H
#define NETRIG_WIRE_H

#include <stdint.h>

#include "launch.h"

enum { LIFELINE_FD = 3, CONTROL_FD = 4 };

/* Node -> keeper (fd 4, SOCK_SEQPACKET). */
enum op {
    OP_MAKE_HOST = 1, /* arg0 names view, arg1 RLIMIT_NPROC of programs, arg2 flags; text: host name */
    OP_KILL_HOST = 2,
    OP_SOCKET = 3, /* arg0 domain, arg1 type, arg2 protocol; host 0 is the fabric */
    OP_RELAY = 4,  /* fd 0: the relay's program file */
    OP_VIEW = 5,   /* arg0: number of the names view; answers with its file, open for writing */
    OP_SIGNAL = 6, /* arg0 tag, arg1 signal, arg2 enum reach */
    OP_STOP_ALL = 7,
    OP_CONT_ALL = 8,
    OP_SYSCTL = 9, /* text: path below /proc/sys, NUL, value */
    OP_SHOW = 10,  /* text: a path that the host's own /tmp, /run, /dev/shm hides, NUL, where it really is */
    OP_NETNS = 11, /* answers with the namespace and a NETLINK_ROUTE socket in it */
    OP_SEE = 12,   /* arg0: another names view for a host that runs */
    OP_RUN = 13,   /* fd 0: a program, which runs in the fabric with the other fds as 3, 4, ...; text: its name */
    OP_KEY_FILE = 14, /* answers with the host's /run/netrig.keys, to which its programs append TLS keys */
};

enum make_flags { MAKE_IN_CGROUP = 1, MAKE_WANT_PIDFD = 2 };

struct request {
    uint32_t op, id, host, arg[4];
    char text[];
};

/* keeper -> Node. `id` is the request's, 0 for news that nobody asked for. */
enum kind {
    KIND_DONE = 1,
    KIND_NET = 2,     /* a host's network exists: fds netns, NETLINK_ROUTE socket [, pidfd] */
    KIND_READY = 3,   /* a host can run programs */
    KIND_GONE = 4,    /* a host and everything in it is dead */
    KIND_PROGRAM = 5, /* arg0 tag, arg1 enum news, arg2 pid or errno, arg3 wait status */
    KIND_RELAY_GONE = 6,
    KIND_LAB = 7, /* the lab stands: arg0 enum mapping */
};

struct reply {
    uint32_t kind, id, host;
    int32_t error;
    uint32_t arg[4];
    char text[];
};

/* How the lab's uid 0 relates to the machine's. */
enum mapping { MAP_SELF = 0, MAP_TAMED = 1, MAP_IDENTITY = 2 };

enum reach {
    REACH_PROCESS = 0,
    REACH_GROUP = 1,
    REACH_TREE = 2,
    REACH_ONCE = 3, /* the tree; enter is going to say the same once more, and is not heard */
};

/* host's PID 1 -> keeper and -> enter. */
enum news {
    NEWS_STARTED = 1,
    NEWS_FAILED = 2,
    NEWS_EXITED = 3, /* to enter only */
    NEWS_GONE = 4,   /* to the keeper only: nothing is left of a tree that was signalled as a whole */
};

/* host's PID 1 -> enter, on enter's connection. */
struct program_news {
    uint32_t news;
    int32_t value;  /* pid, errno or wait status */
    uint32_t stage; /* enum stage with NEWS_FAILED */
};

/* enter -> host's PID 1, after the start. */
struct program_signal {
    uint32_t signal, reach;
};

/*
 * enter -> host's PID 1, once: this header with the descriptors (SCM_RIGHTS: first a memfd with the
 * body, then one for each number in the body). Body: tag, argc, envc, fdc, umask, terminal (u32 each; 1: descriptor
 * 0 is a terminal of the program's own), fdc u32 target numbers, then NUL-ended strings: cwd, file, argv..., env...
 */
struct program_start {
    uint32_t magic, size;
};
enum { PROGRAM_MAGIC = 0x6e657472, PROGRAM_FDS_MAX = 200 };

/* keeper <-> host's PID 1 and supervisor <-> keeper (both SOCK_SEQPACKET). */
enum word {
    WORD_GO = 1,        /* supervisor -> keeper: maps are written; fds: idmapped folders in order */
    WORD_CONNECTION,    /* fd: an enter's connection; text: host name (to the keeper only) */
    WORD_SIGNAL,        /* arg0 tag, arg1 signal, arg2 reach */
    WORD_STOP_ALL,
    WORD_CONT_ALL,
    WORD_NET,           /* PID 1 -> keeper: fds netns, route socket */
    WORD_READY,         /* PID 1 -> keeper */
    WORD_BROKEN,        /* PID 1 -> keeper: arg0 errno; text: the step that failed */
    WORD_PROGRAM,       /* PID 1 -> keeper: arg0 tag, arg1 news, arg2 pid/errno, arg3 status/stage */
    WORD_OPEN,          /* keeper -> supervisor: text: a folder to open as an idmapped mount; arg0 cookie */
    WORD_OPENED,        /* supervisor -> keeper: arg0 cookie, arg1 errno; fd: the mount */
};

struct message {
    uint32_t word, arg[4];
    char text[];
};

enum { MESSAGE_MAX = 8192, FDS_MAX = 253 /* SCM_MAX_FD, include/net/scm.h */ };

#endif
