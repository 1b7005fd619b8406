/* The supervisor: outside the lab, without PDEATHSIG, so that it outlives Node and can tidy up. */
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>

#include "clients.h"
#include "keeper.h"

static const struct options *options;
static pid_t keeper_pid;
static int keeper_pidfd = -1, channel = -1;
static int own_userns = -1; /* the lab's user namespace, for idmapped mounts of tamed root */

/* Tells Node, by a line on the lifeline, why there will be no lab. */
static int fail(const char *step) {
    char line[256];
    int length = snprintf(line, sizeof line, "E%d %s\n", errno, step);
    if (write(LIFELINE_FD, line, (size_t)length) < 0) return 1;
    return 1;
}

static int listen_abstract(const char *name) {
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    size_t length = strlen(name);
    if (length + 1 > sizeof address.sun_path) return errno = ENAMETOOLONG, -1;
    memcpy(address.sun_path + 1, name, length);
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (fd < 0) return -1;
    socklen_t size = (socklen_t)(offsetof(struct sockaddr_un, sun_path) + 1 + length);
    if (bind(fd, (struct sockaddr *)&address, size) != 0 || listen(fd, 128) != 0) return close(fd), -1;
    return fd;
}

static int write_maps(pid_t pid, enum mapping mapping) {
    char path[64], map[64];
    unsigned base = mapping == MAP_TAMED ? options->map_base : 0;
    /* user_namespaces(7): without privilege setgroups must be denied before gid_map is written. */
    snprintf(path, sizeof path, "/proc/%d/setgroups", pid);
    if (mapping == MAP_SELF && write_file(AT_FDCWD, path, "deny") != 0 && errno != ENOENT) return -1;
    const char *files[] = {"uid_map", "gid_map"};
    for (int i = 0; i < 2; i++) {
        if (mapping == MAP_SELF) snprintf(map, sizeof map, "0 %u 1", i == 0 ? geteuid() : getegid());
        else snprintf(map, sizeof map, "0 %u 65536", base);
        snprintf(path, sizeof path, "/proc/%d/%s", pid, files[i]);
        if (write_file(AT_FDCWD, path, map) != 0) return -1;
    }
    return 0;
}

/* A detached copy of a folder in which files of the machine's root belong to the lab's root. */
static int open_own(const char *path) {
    struct mount_attr attr = {.attr_set = MOUNT_ATTR_IDMAP, .userns_fd = (uint64_t)own_userns};
    for (int recursive = 1; recursive >= 0; recursive--) {
        unsigned deep = recursive ? AT_RECURSIVE : 0;
        int fd = sys_open_tree(AT_FDCWD, path, OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC | deep);
        if (fd < 0) return -1;
        if (sys_mount_setattr(fd, "", AT_EMPTY_PATH | deep, &attr) == 0) return fd;
        int saved = errno;
        close(fd);
        errno = saved; /* a file system mounted below may not be able to; then the folder without it */
    }
    return -1;
}

static pid_t clone_keeper(enum mapping mapping) {
    int pair[2], cgroup = -1;
    if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair) != 0) return -1;
    struct clone_args args = {
        .flags = CLONE_NEWUSER | CLONE_NEWPID | CLONE_NEWNS | CLONE_NEWNET | CLONE_NEWUTS | CLONE_NEWIPC | CLONE_PIDFD,
        .pidfd = (uintptr_t)&keeper_pidfd,
        .exit_signal = SIGCHLD,
    };
    if (options->cgroup != NULL) {
        cgroup = group_open(options, mapping);
        if (cgroup < 0) return -1;
        args.flags |= CLONE_INTO_CGROUP;
        args.cgroup = (uint64_t)cgroup;
    }
    pid_t pid = sys_clone3(&args);
    if (pid == 0) keep(options, pair[1], mapping);
    int saved = errno;
    if (cgroup >= 0) close(cgroup);
    close(pair[1]);
    channel = pair[0];
    errno = saved;
    return pid;
}

static void end_keeper(void) {
    if (keeper_pidfd < 0) return;
    sys_pidfd_send_signal(keeper_pidfd, SIGKILL);
    /* Returns when every process of the lab is gone: a pid namespace's PID 1 is reaped last. */
    while (waitpid(keeper_pid, NULL, 0) < 0 && errno == EINTR) continue;
    close(keeper_pidfd);
    close(channel);
    keeper_pidfd = channel = -1;
}

/* Starts the keeper under one mapping and lets it go; 0, or -1 with errno and *step. */
static int start_keeper(enum mapping mapping, const char **step) {
    char path[64];
    int fds[PATHS_MAX];
    size_t count = 0;
    *step = "clone";
    keeper_pid = clone_keeper(mapping);
    if (keeper_pid < 0) return -1;
    *step = "map";
    if (write_maps(keeper_pid, mapping) != 0) return -1;
    if (mapping == MAP_TAMED) {
        *step = "idmap";
        snprintf(path, sizeof path, "/proc/%d/ns/user", keeper_pid);
        own_userns = open(path, O_RDONLY | O_CLOEXEC);
        if (own_userns < 0) return -1;
        for (; count < options->own_count; count++) {
            fds[count] = open_own(options->own[count]);
            if (fds[count] < 0) return close_all(fds, count), -1;
        }
    }
    *step = "go";
    struct message go = {.word = WORD_GO};
    ssize_t sent = send_fds(channel, &go, sizeof go, fds, count);
    close_all(fds, count);
    return sent < 0 ? -1 : 0;
}

/* False when the keeper has closed its end. */
static bool on_channel(void) {
    union {
        struct message message;
        char bytes[MESSAGE_MAX];
    } buffer;
    size_t count = 0;
    ssize_t got = receive_fds(channel, &buffer, sizeof buffer - 1, NULL, &count, MSG_DONTWAIT);
    if (got <= 0) return got < 0 && (errno == EAGAIN || errno == EINTR);
    if (got < (ssize_t)sizeof buffer.message || buffer.message.word != WORD_OPEN) return true;
    buffer.bytes[got] = 0;
    int fd = open_own(buffer.message.text);
    struct message opened = {.word = WORD_OPENED, .arg = {buffer.message.arg[0], fd < 0 ? (uint32_t)errno : 0}};
    send_fds(channel, &opened, sizeof opened, &fd, fd < 0 ? 0 : 1);
    if (fd >= 0) close(fd);
    return true;
}

static int signals_fd(void) {
    sigset_t all;
    sigfillset(&all);
    sigprocmask(SIG_SETMASK, &all, NULL);
    return signalfd(-1, &all, SFD_CLOEXEC | SFD_NONBLOCK);
}

/* True when the keeper is dead or somebody asked the supervisor to end. */
static bool over(int signals) {
    struct signalfd_siginfo info;
    while (read(signals, &info, sizeof info) == sizeof info) {
        if (info.ssi_signo == SIGTERM || info.ssi_signo == SIGINT || info.ssi_signo == SIGHUP) return true;
        if (info.ssi_signo != SIGCHLD) continue;
        siginfo_t state = {0};
        if (waitid(P_PID, (id_t)keeper_pid, &state, WEXITED | WNOHANG | WNOWAIT) == 0 && state.si_pid != 0) return true;
    }
    return false;
}

static void watch(int listener, int signals) {
    struct pollfd polls[3 + CLIENTS_MAX];
    for (;;) {
        polls[0] = (struct pollfd){.fd = clients_lifeline(), .events = POLLIN};
        polls[1] = (struct pollfd){.fd = signals, .events = POLLIN};
        polls[2] = (struct pollfd){.fd = channel, .events = POLLIN};
        size_t count = 3 + clients_poll(polls + 3, listener);
        if (poll(polls, count, -1) < 0 && errno != EINTR) return;
        if ((polls[1].revents & POLLIN) && over(signals)) return;
        if (polls[0].revents != 0 && !clients_on_lifeline()) return;
        /* A keeper that dies loses its descriptors first; SIGCHLD comes when all others in the lab are dead. */
        if (polls[2].revents != 0 && !on_channel()) return;
        if (!clients_serve(polls + 3, count - 3, listener, channel)) return;
    }
}

int supervise(const struct options *given) {
    options = given;
    setsid();
    sys_close_range(5, ~0U);
    raise_file_limit();
    prctl(PR_SET_NAME, "netrig-lab");
    int signals = signals_fd();
    if (signals < 0) return fail("signalfd");
    int listener = listen_abstract(options->socket);
    if (listener < 0) return fail("listen");

    const char *step = "";
    int started = -1;
    /*
     * The tamest mapping that the machine allows. No idmapped mounts (hostfs, some overlays) or no range of
     * ids: root keeps its file rights; in a container with few ids, or as an ordinary user, one id is all.
     */
    static const enum mapping order[] = {MAP_TAMED, MAP_IDENTITY, MAP_SELF};
    for (int i = options->tame ? 0 : geteuid() == 0 ? 1 : 2; i < 3 && started != 0; i++) {
        end_keeper();
        started = start_keeper(order[i], &step);
    }
    if (started == 0) {
        /* The keeper alone speaks with Node on the control socket; its end must end with it. */
        close(CONTROL_FD);
        watch(listener, signals);
    }
    int status = started == 0 ? 0 : fail(step);
    close(listener);
    end_keeper();
    groups_remove(options);
    return status;
}
