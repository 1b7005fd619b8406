/*
 * What Node asks of the capture program: src/wire/capture/protocol.ts says the same in TypeScript.
 *
 *   fd 3  answers: a stream to Node, lines of text; the program ends when it ends
 *   fd 4  requests: SOCK_SEQPACKET, one request a packet; descriptors ride on it
 *   fd 5  the file that is written
 *
 * Each request is answered by one line: `ok ID NUMBER...` or `error ID ERRNO WHAT`. Unasked come `full`
 * (the file has its largest size) and `broken ERRNO` (it could not be written).
 */
#ifndef NETRIG_CAPTURE_REQUEST_H
#define NETRIG_CAPTURE_REQUEST_H

#include <stdbool.h>
#include <stdint.h>

enum { ANSWERS_FD = 3, REQUESTS_FD = 4, FILE_FD = 5, REQUEST_MAX = 65536 };

enum op {
    OP_BEGIN = 1,     /* arg0 snaplen, arg1 and arg2 largest size (low, high; 0: any), arg3 room for keys;
                         body: hardware, os, application, comment */
    OP_INTERFACE = 2, /* arg0 ifindex, arg1 enum interface_flags, arg2 and arg3 MAC (first four bytes, last
                         two; big endian); body: name, description, filter, os, hardware. Answers its number */
    OP_FILTER = 3,    /* arg0 the interface with a socket of its own, or EVERY; body: struct sock_filter[] */
    OP_SOCKET = 4,    /* arg0 interface; fd: a packet socket of its own, in the place of the one before; none: none */
    OP_NAMES = 5,     /* body: `ADDRESS NAME`, ... */
    OP_KEYS = 6,      /* fd: a file to which programs append TLS keys, or body: lines of such a file */
    OP_COUNT = 7,     /* everything that has arrived is written; answers the counts of enum count */
    OP_STOP = 8,      /* the same, and the file ends */
    OP_FATES = 9,     /* arg0 and arg1 interfaces for what each side of a link sends; fd: fates.h */
};

enum interface_flags {
    INTERFACE_FLIPPED = 1, /* what the port receives comes in, as seen by whom the interface belongs to */
    INTERFACE_OWN = 2,     /* has a socket of its own (OP_SOCKET), no port of the fabric */
    INTERFACE_MAC = 4,
};

/* The order of numbers in an answer. */
enum count { COUNT_PACKETS, COUNT_BYTES, COUNT_CLIPPED, COUNT_OMITTED, COUNT_DROPPED, COUNT_FILE, COUNTS };

#define EVERY UINT32_MAX

struct request {
    uint32_t op, id, arg[4];
    char body[];
};

/* Takes one request and answers it; false when there will be none any more. */
bool request_take(void);

/* Sends a line; false when nobody hears it. */
bool answer_line(const char *format, ...) __attribute__((format(printf, 1, 2)));

#endif
