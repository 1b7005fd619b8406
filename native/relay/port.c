#include "port.h"

#include <arpa/inet.h>
#include <errno.h>
#include <linux/filter.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

/* asm-generic/socket.h, Linux 5.19; older headers lack it. */
#ifndef SO_RCVMARK
#define SO_RCVMARK 75
#endif

/* More than any net.core.rmem_max allows: the kernel gives what it may (socket(7)). Tests ask for little. */
#ifndef PORT_BUFFER_WANTED
#define PORT_BUFFER_WANTED (1 << 29)
#endif

static int set_option(int fd, int level, int name, int value) {
    return setsockopt(fd, level, name, &value, sizeof value);
}

static int deafen(int fd) {
    struct sock_filter nothing = BPF_STMT(BPF_RET | BPF_K, 0);
    struct sock_fprog program = {1, &nothing};

    return setsockopt(fd, SOL_SOCKET, SO_ATTACH_FILTER, &program, sizeof program);
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
    set_option(fd, SOL_SOCKET, SO_RCVBUF, PORT_BUFFER_WANTED);
    set_option(fd, SOL_SOCKET, SO_SNDBUF, PORT_BUFFER_WANTED);
    set_option(fd, SOL_SOCKET, SO_RCVMARK, 1);
    if (bind(fd, (struct sockaddr *)&address, sizeof address) < 0)
        return -errno;
    return 0;
}

int port_socket(int ifindex, bool hears) {
    /* Protocol 0: hears nothing until it is bound, so nothing of other devices gets in. */
    int fd = socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);

    if (fd < 0)
        return -errno;
    int failed = hears || deafen(fd) == 0 ? configure(fd, ifindex) : -errno;

    if (failed < 0) {
        close(fd);
        return failed;
    }
    return fd;
}

int port_open(struct port *port, int ifindex) {
    int fd = port_socket(ifindex, true);

    if (fd < 0)
        return fd;
    port_close(port);
    *port = (struct port){.ifindex = ifindex, .count = 1, .fds = {fd}};
    return 0;
}

void port_close(struct port *port) {
    while (port->count > 0)
        close(port->fds[--port->count]);
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
    /* Of several sockets the first one counts what none has room for. */
    if (port->count > 0 && getsockopt(port->fds[0], SOL_PACKET, PACKET_STATISTICS, &statistics, &size) == 0)
        counters->missed += statistics.tp_drops;
}
