/*
 * The floor: what the kernel alone needs for the namespaces, veth pairs and bridge ports of a lab of N
 * hosts, made one after another by the shortest way there is. Prints milliseconds up and down.
 *
 *     cc -O2 -static -o floor floor.c && ./floor 100
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <linux/if_link.h>
#include <linux/rtnetlink.h>
#include <linux/sched.h>
#include <linux/veth.h>
#include <net/if.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { ALL = CLONE_NEWUSER | CLONE_NEWNET | CLONE_NEWNS | CLONE_NEWPID | CLONE_NEWUTS | CLONE_NEWIPC | CLONE_NEWCGROUP, FIRST = 1000, BRIDGE = 999 };

static char buffer[4096];
static int netlink_fd;

static _Noreturn void die(const char *what) {
    perror(what);
    exit(1);
}

static double now(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec * 1e3 + (double)t.tv_nsec / 1e6;
}

static struct nlmsghdr *begin(int type, int flags, int index, unsigned up) {
    memset(buffer, 0, sizeof buffer);
    struct nlmsghdr *n = (struct nlmsghdr *)buffer;
    struct ifinfomsg *info = NLMSG_DATA(n);
    n->nlmsg_len = NLMSG_LENGTH(sizeof *info);
    n->nlmsg_type = (unsigned short)type;
    n->nlmsg_flags = (unsigned short)(NLM_F_REQUEST | NLM_F_ACK | flags);
    info->ifi_index = index;
    info->ifi_flags = info->ifi_change = up;
    return n;
}

static struct rtattr *put(struct nlmsghdr *n, int type, const void *data, size_t size) {
    struct rtattr *a = (struct rtattr *)((char *)n + NLMSG_ALIGN(n->nlmsg_len));
    a->rta_type = (unsigned short)type;
    a->rta_len = (unsigned short)RTA_LENGTH(size);
    if (size > 0) memcpy(RTA_DATA(a), data, size);
    n->nlmsg_len = NLMSG_ALIGN(n->nlmsg_len) + RTA_ALIGN(a->rta_len);
    return a;
}

static void close_nest(struct nlmsghdr *n, struct rtattr *a) {
    a->rta_len = (unsigned short)((char *)n + NLMSG_ALIGN(n->nlmsg_len) - (char *)a);
}

static void call(struct nlmsghdr *n) {
    char answer[4096];
    if (send(netlink_fd, n, n->nlmsg_len, 0) < 0) die("send");
    if (recv(netlink_fd, answer, sizeof answer, 0) < 0) die("recv");
    struct nlmsgerr *e = NLMSG_DATA((struct nlmsghdr *)answer);
    if (e->error != 0) errno = -e->error, die("netlink");
}

static void bridge(void) {
    struct nlmsghdr *n = begin(RTM_NEWLINK, NLM_F_CREATE | NLM_F_EXCL, BRIDGE, 0);
    put(n, IFLA_IFNAME, "br", 3);
    struct rtattr *info = put(n, IFLA_LINKINFO, NULL, 0);
    put(n, IFLA_INFO_KIND, "bridge", 7);
    close_nest(n, info);
    call(n);
}

static void veth(int i, int netns) {
    char name[16];
    unsigned one = 1, master = BRIDGE;
    snprintf(name, sizeof name, "p%d", i);
    struct nlmsghdr *n = begin(RTM_NEWLINK, NLM_F_CREATE | NLM_F_EXCL, FIRST + i, IFF_UP);
    put(n, IFLA_IFNAME, name, strlen(name) + 1);
    put(n, IFLA_NUM_TX_QUEUES, &one, 4), put(n, IFLA_NUM_RX_QUEUES, &one, 4);
    put(n, IFLA_MASTER, &master, 4);
    struct rtattr *info = put(n, IFLA_LINKINFO, NULL, 0);
    put(n, IFLA_INFO_KIND, "veth", 5);
    struct rtattr *data = put(n, IFLA_INFO_DATA, NULL, 0);
    struct ifinfomsg peer_info = {.ifi_index = 2};
    struct rtattr *peer = put(n, VETH_INFO_PEER, &peer_info, sizeof peer_info);
    put(n, IFLA_IFNAME, "eth0", 5);
    put(n, IFLA_NUM_TX_QUEUES, &one, 4), put(n, IFLA_NUM_RX_QUEUES, &one, 4);
    put(n, IFLA_NET_NS_FD, &netns, 4);
    close_nest(n, peer), close_nest(n, data), close_nest(n, info);
    call(n);
}

static pid_t host(void) {
    struct clone_args args = {.flags = ALL, .exit_signal = SIGCHLD};
    pid_t pid = (pid_t)syscall(SYS_clone3, &args, sizeof args);
    if (pid < 0) die("clone3");
    if (pid > 0) return pid;
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    for (;;) pause();
}

static void map(const char *file, const char *text) {
    int fd = open(file, O_WRONLY | O_CLOEXEC);
    if (fd < 0 || write(fd, text, strlen(text)) < 0) die(file);
    close(fd);
}

static unsigned uid, gid;

/* Without a map of its own a user namespace may make no others. */
static void take_root(void) {
    char text[32];
    map("/proc/self/setgroups", "deny");
    snprintf(text, sizeof text, "0 %u 1", uid);
    map("/proc/self/uid_map", text);
    snprintf(text, sizeof text, "0 %u 1", gid);
    map("/proc/self/gid_map", text);
}

static int fabric(void *arg) {
    int hosts = *(int *)arg;
    pid_t *pids = calloc((size_t)hosts, sizeof *pids);
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    take_root();
    double start = now();
    netlink_fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE);
    bridge();
    for (int i = 0; i < hosts; i++) {
        char path[64];
        pids[i] = host();
        snprintf(path, sizeof path, "/proc/%d/ns/net", pids[i]);
        int netns = open(path, O_RDONLY | O_CLOEXEC);
        if (netns < 0) die(path);
        veth(i, netns);
        close(netns);
    }
    call(begin(RTM_NEWLINK, 0, BRIDGE, IFF_UP));
    double up = now() - start;
    start = now();
    for (int i = 0; i < hosts; i++) kill(pids[i], SIGKILL);
    for (int i = 0; i < hosts; i++) waitpid(pids[i], NULL, 0);
    printf("%.3f %.3f\n", up, now() - start);
    fflush(stdout);
    return 0;
}

int main(int argc, char **argv) {
    static char stack[65536];
    int hosts = argc > 1 ? atoi(argv[1]) : 100, status = 1;
    uid = geteuid(), gid = getegid();
    /* Its own user and network namespace, so that no privileges are needed and nothing is left. */
    pid_t pid = clone(fabric, stack + sizeof stack, CLONE_NEWUSER | CLONE_NEWNET | SIGCHLD, &hosts);
    if (pid < 0) die("clone");
    waitpid(pid, &status, 0);
    return WIFEXITED(status) ? WEXITSTATUS(status) : 1;
}
