#ifndef RELAY_WATCH_H
#define RELAY_WATCH_H

#include <stdint.h>

#include "direction.h"
#include "wire.h"

/*
 * Tells a capture what becomes of the packets of a link: a message each, of the packet's bytes and, so that
 * a filter for packets reads it as one, a trailer behind them.
 */
struct watch_trailer {
    uint64_t time; /* ns since 1970 */
    uint32_t size; /* bytes of the packet in front */
    uint32_t side; /* of the link, where it came from */
    char comment[112];
};

struct watch;

/* Takes over a socket that keeps messages apart; the one before it is closed. 0 or -errno. */
int watch_begin(struct link *link, int fd);
void watch_end(struct link *link);

/* Does nothing where nobody watches. */
void watch_note(const struct direction *direction, const struct packet *packet, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

#endif
