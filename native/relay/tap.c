#include "tap.h"

#include <arpa/inet.h>
#include <errno.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <net/if.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "loop.h"

/* asm-generic/socket.h, Linux 5.19; older headers lack it. */
#ifndef SO_RCVMARK
#define SO_RCVMARK 75
#endif

/* More than any net.core.rmem_max allows: the kernel gives what it may (socket(7)). Tests ask for little. */
#ifndef TAP_BUFFER_WANTED
#define TAP_BUFFER_WANTED (1 << 29)
#endif

struct tap tap;

static const struct sock_filter nothing[] = {BPF_STMT(BPF_RET | BPF_K, 0)};

static int set_option(int fd, int level, int name, int value) {
    return setsockopt(fd, level, name, &value, sizeof value);
}

static int set_filter(int fd, const struct sock_filter *filter, size_t size) {
    struct sock_fprog program = {(unsigned short)size, (struct sock_filter *)filter};

    return setsockopt(fd, SOL_SOCKET, SO_ATTACH_FILTER, &program, sizeof program);
}

/*
 * No promiscuous membership: a veth end hands over every frame, whomever it is for, and each
 * membership writes a line into the machine's kernel log.
 */
static int configure(int fd) {
    struct sockaddr_ll every_device = {.sll_family = AF_PACKET, .sll_protocol = htons(ETH_P_ALL)};

    if (set_filter(fd, nothing, 1) < 0 || set_option(fd, SOL_PACKET, PACKET_VNET_HDR, 1) < 0 ||
        set_option(fd, SOL_PACKET, PACKET_AUXDATA, 1) < 0 ||
        set_option(fd, SOL_PACKET, PACKET_IGNORE_OUTGOING, 1) < 0)
        return -errno;
    /* SO_RCVBUFFORCE would want CAP_NET_ADMIN in the machine's own user namespace. */
    set_option(fd, SOL_SOCKET, SO_RCVBUF, TAP_BUFFER_WANTED);
    set_option(fd, SOL_SOCKET, SO_SNDBUF, TAP_BUFFER_WANTED);
    set_option(fd, SOL_SOCKET, SO_RCVMARK, 1);
    return bind(fd, (struct sockaddr *)&every_device, sizeof every_device) < 0 ? -errno : 0;
}

int tap_socket(void) {
    /* Protocol 0: hears nothing until it is bound, and by then it has its filter. */
    int fd = socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);

    if (fd < 0)
        return -errno;
    int failed = configure(fd);

    if (failed == 0)
        failed = loop_watch_tap(fd);
    if (failed == 0)
        return fd;
    close(fd);
    return failed;
}

int tap_open(void) {
    if (tap.count > 0)
        return 0;
    int fd = tap_socket();

    if (fd < 0)
        return fd;
    tap.fds[tap.count++] = fd;
    tap_group();
    return 0;
}

void tap_close(void) {
    while (tap.count > 0)
        close(tap.fds[--tap.count]);
}

void tap_listen(const struct sock_filter *filter, size_t size) {
    int unused = 0;

    for (unsigned i = 0; i < tap.count; i++)
        /* Without a filter all is heard, and what is no port of ours is thrown away then. */
        if (set_filter(tap.fds[i], filter, size) < 0)
            setsockopt(tap.fds[i], SOL_SOCKET, SO_DETACH_FILTER, &unused, sizeof unused);
}

int tap_has_device(int ifindex) {
    struct ifreq request = {.ifr_ifindex = ifindex};

    return ioctl(tap.fds[0], SIOCGIFNAME, &request) < 0 ? -errno : 0;
}

bool tap_marks_supported(void) {
    int fd = socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC, 0);
    bool supported = fd >= 0 && set_option(fd, SOL_SOCKET, SO_RCVMARK, 1) == 0;

    if (fd >= 0)
        close(fd);
    return supported;
}

unsigned tap_missed(void) {
    struct tpacket_stats statistics;
    socklen_t size = sizeof statistics;

    /* Reading resets them (packet(7)). Of several sockets the first counts what none has room for. */
    if (tap.count == 0 || getsockopt(tap.fds[0], SOL_PACKET, PACKET_STATISTICS, &statistics, &size) < 0)
        return 0;
    return statistics.tp_drops;
}
