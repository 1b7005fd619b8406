/*
 * What a host sees. PID 1 of a host starts as root of the lab, so that everything it mounts is locked when
 * it then moves into the host's own user namespace (mount_namespaces(7)): root in a host cannot take it away.
 *
 * The host's network namespace must belong to the host's user namespace, yet /sys (which shows one network
 * namespace) must be mounted by the lab. So a helper in shared memory makes the namespaces first; PID 1 enters
 * the network early and the user namespace last.
 */
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include "keeper.h"

enum { STACK = 16384, PARTS = CLONE_NEWNET | CLONE_NEWUTS | CLONE_NEWIPC | CLONE_NEWCGROUP };

static int idle(void *unused) {
    /* Until SIGKILL. It shares errno with its parent, so it must not return from a second system call. */
    return (int)syscall(SYS_ppoll, unused, 0, NULL, NULL, 0);
}

/* A process that does nothing but keep the host's new namespaces; its pid, and its pidfd. */
static pid_t make_namespaces(int *pidfd) {
    static _Alignas(16) char stack[STACK];
    return clone(idle, stack + STACK, CLONE_VM | CLONE_PIDFD | CLONE_NEWUSER | PARTS | SIGCHLD, NULL, pidfd);
}

static int write_maps(pid_t pid, enum mapping mapping) {
    char path[64];
    const char *map = mapping == MAP_SELF ? "0 0 1" : "0 0 65536";
    const char *files[] = {"uid_map", "gid_map"};
    for (int i = 0; i < 2; i++) {
        snprintf(path, sizeof path, "/proc/%d/%s", pid, files[i]);
        if (write_file(AT_FDCWD, path, map) != 0) return -1;
    }
    return 0;
}

/* The network is ready long before the mounts are: Node begins with its half of the work. */
static int hand_over_network(int channel) {
    int fds[2] = {open("/proc/self/ns/net", O_RDONLY | O_CLOEXEC), socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, 0)};
    struct message net = {.word = WORD_NET};
    ssize_t sent = fds[0] < 0 || fds[1] < 0 ? -1 : send_fds(channel, &net, sizeof net, fds, 2);
    int saved = errno;
    close_all(fds, 2);
    errno = saved;
    return sent < 0 ? -1 : 0;
}

static int bind_read_only(const char *from, const char *to) {
    if (mount(from, to, NULL, MS_BIND, NULL) != 0) return errno == ENOENT ? 0 : -1;
    return mount(NULL, to, NULL, MS_BIND | MS_REMOUNT | MS_RDONLY | MS_NOSUID | MS_NODEV, NULL);
}

/*
 * As HIDDEN. Each may be half of the machine's memory unless told otherwise (tmpfs(5)), so that one host that
 * fills all three would take more than there is: together they get 40%, and inodes for half a gigabyte at most.
 */
static const char *const HIDDEN_OPTIONS[3] = {
    "mode=1777,size=25%,nr_inodes=400k",
    "mode=0755,size=5%,nr_inodes=40k",
    "mode=1777,size=10%,nr_inodes=40k",
};

/* Own /run, /dev/shm and /tmp; what must stay visible there is taken aside first and put back. */
static int hide_folders(const struct options *options) {
    int keeps[KEEP_MAX];
    char path[64];
    for (size_t i = 0; i < options->keep_count; i++) {
        snprintf(path, sizeof path, "/tmp/keep.%zu", i);
        keeps[i] = sys_open_tree(AT_FDCWD, path, OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC | AT_RECURSIVE);
        if (keeps[i] < 0) return -1;
    }
    for (int i = 0; i < 3; i++) {
        if (mount("tmpfs", HIDDEN[i], "tmpfs", MS_NOSUID | MS_NODEV, HIDDEN_OPTIONS[i]) != 0 && errno != ENOENT) return -1;
    }
    for (size_t i = 0; i < options->keep_count; i++) {
        if (make_folders(options->keep[i]) != 0) return -1;
        if (sys_move_mount(keeps[i], "", AT_FDCWD, options->keep[i], MOVE_MOUNT_F_EMPTY_PATH) != 0) return -1;
        close(keeps[i]);
    }
    return 0;
}

/* systemd's resolv.conf is a link into /run: the file it names must exist in the host's own /run. */
static void make_link_target(const char *path) {
    char target[PATH_MAX];
    ssize_t length = readlink(path, target, sizeof target - 1);
    if (length <= 0) return;
    target[length] = 0;
    const char *run = strstr(target, "/run/");
    if (run == NULL && strncmp(target, "run/", 4) != 0) return;
    char whole[PATH_MAX + 8];
    snprintf(whole, sizeof whole, "%s%s", run == NULL ? "/" : "", run == NULL ? target : run);
    char *slash = strrchr(whole, '/');
    *slash = 0;
    if (make_folders(whole) != 0) return;
    *slash = '/';
    int fd = open(whole, O_WRONLY | O_CREAT | O_CLOEXEC, 0644);
    if (fd >= 0) close(fd);
}

static int lock_machine(void) {
    /* With an identity map root here is the machine's root to its files: its knobs must not turn. */
    if (mount("/proc/sys", "/proc/sys", NULL, MS_BIND, NULL) != 0) return -1;
    if (mount("/proc/sys/net", "/proc/sys/net", NULL, MS_BIND, NULL) != 0) return -1;
    unsigned long flags = MS_BIND | MS_REMOUNT | MS_RDONLY | MS_NOSUID | MS_NODEV | MS_NOEXEC;
    if (mount(NULL, "/proc/sys", NULL, flags, NULL) != 0) return -1;
    if (mount("/proc/sysrq-trigger", "/proc/sysrq-trigger", NULL, MS_BIND, NULL) == 0)
        mount(NULL, "/proc/sysrq-trigger", NULL, flags, NULL);
    return mount(NULL, "/sys", NULL, flags, NULL);
}

static int mount_all(const struct init_options *options, const char **step) {
    const struct lab *lab = options->lab;
    char view[32];
    snprintf(view, sizeof view, "/tmp/view.%u", options->view);
    int resolv = sys_open_tree(AT_FDCWD, "/tmp/resolv", OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC);
    *step = "hosts";
    if (bind_read_only(view, "/etc/hosts") != 0) return -1;
    *step = "folders";
    if (hide_folders(lab->options) != 0) return -1;
    make_link_target("/etc/resolv.conf");
    *step = "resolv";
    if (sys_move_mount(resolv, "", AT_FDCWD, "/etc/resolv.conf", MOVE_MOUNT_F_EMPTY_PATH | MOVE_MOUNT_T_SYMLINKS) == 0)
        mount(NULL, "/etc/resolv.conf", NULL, MS_BIND | MS_REMOUNT | MS_RDONLY | MS_NOSUID | MS_NODEV, NULL);
    close(resolv);
    *step = "sys";
    unsigned long flags = MS_NOSUID | MS_NODEV | MS_NOEXEC;
    /* In containers /sys is read-only, and then the kernel gives no writable one (mount_too_revealing). */
    if (mount("sysfs", "/sys", "sysfs", flags, NULL) != 0 && mount("sysfs", "/sys", "sysfs", flags | MS_RDONLY, NULL) != 0)
        return -1;
    *step = "lock";
    return lab->mapping == MAP_IDENTITY ? lock_machine() : 0;
}

int world_build(const struct init_options *options, const char **step) {
    int pidfd = -1;
    /* First, because only this /proc knows the helper by the pid that clone(2) gives. */
    *step = "proc";
    if (mount("proc", "/proc", "proc", MS_NOSUID | MS_NODEV | MS_NOEXEC, NULL) != 0) return -1;
    *step = "namespaces";
    pid_t helper = make_namespaces(&pidfd);
    if (helper < 0) return -1;
    *step = "maps";
    if (write_maps(helper, options->lab->mapping) != 0) return -1;
    *step = "enter";
    if (setns(pidfd, PARTS) != 0) return -1;
    *step = "network";
    if (hand_over_network(options->channel) != 0) return -1;
    *step = "hostname";
    if (sethostname(options->name, strlen(options->name)) != 0) return -1;
    if (mount_all(options, step) != 0) return -1;
    *step = "user";
    if (setns(pidfd, CLONE_NEWUSER) != 0 || unshare(CLONE_NEWNS) != 0) return -1;
    *step = "helper";
    kill(helper, SIGKILL);
    while (waitpid(helper, NULL, 0) < 0 && errno == EINTR) continue;
    close(pidfd);
    return 0;
}
