/*
 * Blocks of a pcapng file (draft-ietf-opsawg-pcapng), in the machine's byte order. Each function puts one
 * block at `out` and returns its length, or writes nothing and returns 0 when `room` is too small.
 */
#ifndef NETRIG_CAPTURE_PCAPNG_H
#define NETRIG_CAPTURE_PCAPNG_H

#include <stddef.h>
#include <stdint.h>

enum direction { DIRECTION_UNKNOWN = 0, DIRECTION_IN = 1, DIRECTION_OUT = 2 };

/* Bits 2-4 of epb_flags. */
enum reception { RECEPTION_UNKNOWN = 0, RECEPTION_UNICAST = 1, RECEPTION_MULTICAST = 2, RECEPTION_BROADCAST = 3 };

struct section {
    const char *hardware, *os, *application, *comment;
};

struct interface_description {
    const char *name, *description, *filter, *os, *hardware;
    const unsigned char *mac; /* six bytes, or NULL */
    uint32_t snaplen;
};

struct packet {
    uint32_t interface;
    uint64_t time;                     /* ns since 1970 */
    const unsigned char *data;
    uint32_t size, original;           /* captured, and on the wire */
    const unsigned char *tag;          /* a VLAN tag of four bytes that goes in after the addresses, or NULL */
    enum direction direction;
    enum reception reception;
    const char *comment; /* or NULL; COMMENT_MAX bytes of it at most */
};

struct interface_statistics {
    uint32_t interface;
    uint64_t begin, end; /* ns since 1970 */
    uint64_t received, written;
    uint64_t dropped;    /* by the kernel */
    const char *comment;
};

size_t pcapng_section(unsigned char *out, size_t room, const struct section *section);
size_t pcapng_interface(unsigned char *out, size_t room, const struct interface_description *interface);
size_t pcapng_packet(unsigned char *out, size_t room, const struct packet *packet);
size_t pcapng_statistics(unsigned char *out, size_t room, const struct interface_statistics *statistics);
/* TLS keys, in lines as SSLKEYLOGFILE has them; the block takes exactly pcapng_secrets_size() bytes. */
size_t pcapng_secrets(unsigned char *out, size_t room, const char *lines, uint32_t size);
size_t pcapng_secrets_size(uint32_t size);
/* Lines of `ADDRESS NAME`; those that are none are left out. */
size_t pcapng_names(unsigned char *out, size_t room, const char *lines);

enum { SECRETS_DATA_AT = 16 };

/* How long a packet's block is at most, beside its data. */
enum { COMMENT_MAX = 120, PACKET_OVERHEAD = 64 + COMMENT_MAX + 8 };

#endif
