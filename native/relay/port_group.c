#include <errno.h>
#include <linux/if_packet.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include "port.h"

/* linux/if_packet.h, Linux 5.10; older headers lack it. */
#ifndef PACKET_FANOUT_FLAG_IGNORE_OUTGOING
#define PACKET_FANOUT_FLAG_IGNORE_OUTGOING 0x4000
#endif

/*
 * Most machines allow a socket 208 KiB (net.core.rmem_max), where 200 full packets have no room: less
 * than programs send at once. SO_RCVBUFFORCE is refused in a user namespace, and a mapped ring would
 * hold its memory for ever and lose the marks. So several sockets hold one port: a fanout group that
 * rolls over (packet(7), PACKET_FANOUT_ROLLOVER) fills one until it has no room, then the next one,
 * round and round. Read in the same turn, frames keep their order.
 */
enum { ROOM_WANTED = 8 << 20 };

static unsigned sockets_wanted(int fd) {
    int room = 0;
    socklen_t size = sizeof room;

    if (getsockopt(fd, SOL_SOCKET, SO_RCVBUF, &room, &size) < 0 || room <= 0)
        return 1;
    unsigned wanted = ROOM_WANTED / (unsigned)room;

    return wanted < 1 ? 1 : wanted > PORT_SOCKETS ? PORT_SOCKETS : wanted;
}

static int join(int fd, int id, int flags) {
    flags |= PACKET_FANOUT_ROLLOVER | PACKET_FANOUT_FLAG_IGNORE_OUTGOING;
    int argument = id | flags << 16;

    return setsockopt(fd, SOL_PACKET, PACKET_FANOUT, &argument, sizeof argument);
}

/* The other half of all descriptors is kept for the first sockets of ports to come. */
static unsigned fds_for_groups(void) {
    struct rlimit limit;

    return getrlimit(RLIMIT_NOFILE, &limit) < 0 ? 0 : (unsigned)(limit.rlim_cur / 2);
}

/* Deaf until it is in the group: before, it would hear each frame in addition to the first socket. */
static int add_socket(struct port *port, int id) {
    int fd = port_socket(port->ifindex, false), unused = 0;

    if (fd < 0)
        return -1;
    if ((unsigned)fd > fds_for_groups() || join(fd, id, 0) < 0 ||
        setsockopt(fd, SOL_SOCKET, SO_DETACH_FILTER, &unused, sizeof unused) < 0) {
        close(fd);
        return -1;
    }
    port->fds[port->count++] = fd;
    return 0;
}

unsigned port_widen(struct port *port) {
    unsigned before = port->count, wanted = sockets_wanted(port->fds[0]);
    int id = 0;
    socklen_t size = sizeof id;

    if (port->widened || wanted == 1) {
        port->widened = true;
        return 0;
    }
    /* Before Linux 6.13 a group takes no socket whose device is down; then the first frame asks again. */
    if (join(port->fds[0], 0, PACKET_FANOUT_FLAG_UNIQUEID) < 0)
        return 0;
    port->widened = true;
    if (getsockopt(port->fds[0], SOL_PACKET, PACKET_FANOUT, &id, &size) < 0)
        return 0;
    while (port->count < wanted && add_socket(port, id & 0xffff) == 0)
        ;
    return port->count - before;
}
