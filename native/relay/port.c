#include "port.h"

#include <arpa/inet.h>
#include <errno.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

/* asm-generic/socket.h, Linux 5.19; older headers lack it. */
#ifndef SO_RCVMARK
#define SO_RCVMARK 75
#endif

/* More than any net.core.rmem_max allows: the kernel gives what it may (socket(7)). */
enum { BUFFER_WANTED = 1 << 29 };

static int set_option(int fd, int level, int name, int value) {
    return setsockopt(fd, level, name, &value, sizeof value);
}

/*
 * No promiscuous membership: a veth end hands over every frame, whomever it is for, and each
 * membership writes a line into the machine's kernel log.
 */
static int configure(int fd, int ifindex) {
    struct sockaddr_ll address = {
        .sll_family = AF_PACKET,
        .sll_protocol = htons(ETH_P_ALL),
        .sll_ifindex = ifindex,
    };

    if (set_option(fd, SOL_PACKET, PACKET_VNET_HDR, 1) < 0 ||
        set_option(fd, SOL_PACKET, PACKET_AUXDATA, 1) < 0 ||
        set_option(fd, SOL_PACKET, PACKET_IGNORE_OUTGOING, 1) < 0)
        return -errno;
    /* SO_RCVBUFFORCE would want CAP_NET_ADMIN in the machine's own user namespace. */
    set_option(fd, SOL_SOCKET, SO_RCVBUF, BUFFER_WANTED);
    set_option(fd, SOL_SOCKET, SO_SNDBUF, BUFFER_WANTED);
    set_option(fd, SOL_SOCKET, SO_RCVMARK, 1);
    if (bind(fd, (struct sockaddr *)&address, sizeof address) < 0)
        return -errno;
    return 0;
}

int port_open(struct port *port, int ifindex) {
    /* Protocol 0: hears nothing until it is bound, so nothing of other devices gets in. */
    int fd = socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);

    if (fd < 0)
        return -errno;
    int failed = configure(fd, ifindex);

    if (failed < 0) {
        close(fd);
        return failed;
    }
    port_close(port);
    port->fd = fd;
    return 0;
}

void port_close(struct port *port) {
    if (port->fd >= 0)
        close(port->fd);
    port->fd = -1;
}

bool port_marks_supported(void) {
    int fd = socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC, 0);
    bool supported = fd >= 0 && set_option(fd, SOL_SOCKET, SO_RCVMARK, 1) == 0;

    if (fd >= 0)
        close(fd);
    return supported;
}

void port_count_missed(struct port *port, struct counters *counters) {
    struct tpacket_stats statistics;
    socklen_t size = sizeof statistics;

    /* Reading resets them (packet(7)). */
    if (getsockopt(port->fd, SOL_PACKET, PACKET_STATISTICS, &statistics, &size) == 0)
        counters->missed += statistics.tp_drops;
}
