#include <errno.h>
#include <linux/if_packet.h>
#include <sys/socket.h>
#include <unistd.h>

#include "ports.h"
#include "tap.h"

/* linux/if_packet.h, Linux 5.10; older headers lack it. */
#ifndef PACKET_FANOUT_FLAG_IGNORE_OUTGOING
#define PACKET_FANOUT_FLAG_IGNORE_OUTGOING 0x4000
#endif

/*
 * Most machines allow a socket 208 KiB (net.core.rmem_max), where 200 full packets have no room: less
 * than programs send at once. SO_RCVBUFFORCE is refused in a user namespace, and a mapped ring would
 * hold its memory for ever and lose the marks. So several sockets form a fanout group that rolls over
 * (packet(7), PACKET_FANOUT_ROLLOVER): the kernel fills one until it has no room, then the next one,
 * round and round. Read in the same turn, frames keep their order.
 */
enum { ROOM_AT_FIRST = 2 << 20, ROOM_AT_MOST = 32 << 20 };

static unsigned most = 1;
static bool grouped;
static int group;

/* How many sockets have that much room together. */
static unsigned sockets_for(unsigned wanted) {
    int room = 0;
    socklen_t size = sizeof room;

    if (getsockopt(tap.fds[0], SOL_SOCKET, SO_RCVBUF, &room, &size) < 0 || room <= 0)
        return 1;
    unsigned count = wanted / (unsigned)room;

    return count < 1 ? 1 : count > TAP_SOCKETS ? TAP_SOCKETS : count;
}

static int join(int fd, int id, int flags) {
    flags |= PACKET_FANOUT_ROLLOVER | PACKET_FANOUT_FLAG_IGNORE_OUTGOING;
    int argument = id | flags << 16;

    return setsockopt(fd, SOL_PACKET, PACKET_FANOUT, &argument, sizeof argument);
}

static void add_sockets(unsigned wanted) {
    while (tap.count < wanted && tap.count < most) {
        int fd = tap_socket();

        if (fd < 0 || join(fd, group, 0) < 0) {
            if (fd >= 0)
                close(fd);
            most = tap.count;
            return;
        }
        tap.fds[tap.count++] = fd;
    }
}

/* A single socket is no group until it must be: a group costs every packet of the fabric a little. */
static bool make_group(void) {
    socklen_t size = sizeof group;

    if (grouped)
        return true;
    if (join(tap.fds[0], 0, PACKET_FANOUT_FLAG_UNIQUEID) < 0 ||
        getsockopt(tap.fds[0], SOL_PACKET, PACKET_FANOUT, &group, &size) < 0)
        return false;
    group &= 0xffff;
    grouped = true;
    return true;
}

void tap_group(void) {
    unsigned wanted = sockets_for(ROOM_AT_FIRST);

    most = sockets_for(ROOM_AT_MOST);
    if (wanted > 1 && make_group())
        add_sockets(wanted);
}

void tap_grow(void) {
    unsigned before = tap.count;

    if (before < most && make_group())
        add_sockets(before * 2);
    if (tap.count > before)
        ports_listen();
}
