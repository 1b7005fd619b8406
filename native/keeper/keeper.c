/* The keeper: root of the lab's user namespace, PID 1 of its pid namespace; its network namespace is the fabric. */
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/wait.h>

#include "keeper.h"

union packet {
    struct message message;
    struct request request;
    char bytes[MESSAGE_MAX];
};

enum { EVENTS = 64, FDS = 8 };

static int epoll_fd;

/* Which descriptor an event is for: the three fixed ones by name, a host's channel by its host. */
static char on_supervisor, on_control, on_signals;

static void epoll_add(int fd, void *who) {
    struct epoll_event event = {.events = EPOLLIN, .data.ptr = who};
    epoll_ctl(epoll_fd, EPOLL_CTL_ADD, fd, &event);
}

void keeper_watch_host(struct host *host) {
    epoll_add(host->channel, host);
}

/* Receives one packet, NUL-ended; its size, or -1. */
static ssize_t receive(int fd, union packet *packet, int *fds, size_t *count) {
    ssize_t got = receive_fds(fd, packet, sizeof *packet - 1, fds, count, MSG_DONTWAIT);
    if (got >= 0) packet->bytes[got] = 0;
    return got;
}

/* What a host's PID 1 says. It is believed for its own host only: a root program there could speak in its name. */
static void from_host(struct lab *lab, struct host *host) {
    union packet packet;
    int fds[FDS];
    size_t count = FDS;
    (void)lab;
    ssize_t got = receive(host->channel, &packet, fds, &count);
    if (got <= 0 && !(got < 0 && (errno == EAGAIN || errno == EINTR))) {
        epoll_ctl(epoll_fd, EPOLL_CTL_DEL, host->channel, NULL);
        kill(host->pid, SIGKILL);
    }
    if (got < (ssize_t)sizeof packet.message) return close_all(fds, count);
    const struct message *m = &packet.message;
    if (m->word == WORD_NET && count == 2 && host->make_id != 0) {
        int three[3] = {fds[0], fds[1], host->pidfd};
        bool pidfd = (host->flags & MAKE_WANT_PIDFD) != 0;
        answer(KIND_NET, host->make_id, host->id, 0, NULL, NULL, three, pidfd ? 3 : 2);
    } else if (m->word == WORD_READY && host->make_id != 0) {
        answer(KIND_READY, host->make_id, host->id, 0, NULL, NULL, NULL, 0);
        host->make_id = 0;
    } else if (m->word == WORD_BROKEN && host->make_id != 0) {
        answer(KIND_READY, host->make_id, host->id, (int)m->arg[0], NULL, m->text, NULL, 0);
        host->make_id = 0;
    } else if (m->word == WORD_PROGRAM) {
        answer(KIND_PROGRAM, 0, host->id, 0, m->arg, NULL, NULL, 0);
    }
    close_all(fds, count);
}

static void from_supervisor(struct lab *lab) {
    union packet packet;
    int fds[FDS];
    size_t count = FDS;
    ssize_t got = receive(lab->supervisor, &packet, fds, &count);
    if (got == 0) _exit(0);
    if (got < (ssize_t)sizeof packet.message) return close_all(fds, count);
    if (packet.message.word == WORD_CONNECTION && count == 1) {
        struct host *host = host_by_name(packet.message.text);
        struct message pass = {.word = WORD_CONNECTION};
        struct program_news no = {.news = NEWS_FAILED, .value = EHOSTDOWN, .stage = STAGE_HOST};
        if (host == NULL || send_fds(host->channel, &pass, sizeof pass, fds, 1) < 0)
            send(fds[0], &no, sizeof no, MSG_NOSIGNAL | MSG_DONTWAIT);
    } else if (packet.message.word == WORD_OPENED) {
        show_opened(lab, packet.message.arg[0], (int)packet.message.arg[1], count == 1 ? fds[0] : -1);
    }
    close_all(fds, count);
}

static void from_node(struct lab *lab) {
    union packet packet;
    int fds[FDS];
    size_t count = FDS;
    ssize_t got = receive(CONTROL_FD, &packet, fds, &count);
    if (got == 0) {
        /* Node is gone. The supervisor decides what that means: a kept lab lives on. */
        epoll_ctl(epoll_fd, EPOLL_CTL_DEL, CONTROL_FD, NULL);
    } else if (got >= (ssize_t)sizeof packet.request) {
        handle_request(lab, &packet.request, (size_t)got, fds, count);
    }
    close_all(fds, count);
}

static void reap(struct lab *lab) {
    int status;
    for (pid_t pid; (pid = waitpid(-1, &status, WNOHANG)) > 0;) {
        struct host *host = host_by_pid(pid);
        if (host != NULL) {
            /* waitpid(2) gives a pid namespace's PID 1 only after everything else in it is gone. */
            if (host->make_id != 0) answer(KIND_READY, host->make_id, host->id, ECHILD, NULL, "init", NULL, 0);
            answer(KIND_GONE, host->kill_id, host->id, 0, NULL, NULL, NULL, 0);
            host_remove(host);
        } else if (pid == lab->relay) {
            uint32_t arg[4] = {(uint32_t)status};
            lab->relay = 0;
            answer(KIND_RELAY_GONE, 0, 0, 0, arg, NULL, NULL, 0);
        }
    }
}

/* Waits for the supervisor to write the id maps; how many folders of its own it handed over, or -1. */
static int await_go(int supervisor, int *fds) {
    struct message go;
    size_t count = PATHS_MAX;
    ssize_t got = receive_fds(supervisor, &go, sizeof go, fds, &count, 0);
    return got == sizeof go && go.word == WORD_GO ? (int)count : -1;
}

/* Of the supervisor's descriptors only the two of Node's and the channel are the keeper's. */
static int inherit(int supervisor) {
    enum { CHANNEL = 5 };
    if (supervisor != CHANNEL && dup3(supervisor, CHANNEL, O_CLOEXEC) < 0) _exit(1);
    sys_close_range(CHANNEL + 1, ~0U);
    prctl(PR_SET_NAME, "netrig-keeper");
    return CHANNEL;
}

_Noreturn void keep(const struct options *options, int supervisor_channel, enum mapping mapping) {
    int supervisor = inherit(supervisor_channel);
    struct lab lab = {.options = options, .mapping = mapping, .supervisor = supervisor};
    int own[PATHS_MAX];
    int count = await_go(supervisor, own);
    if (count < 0) _exit(1);
    const char *step = "";
    int built = lab_build(&lab, own, (size_t)count, &step);
    uint32_t arg[4] = {mapping};
    answer(KIND_LAB, 0, 0, built == 0 ? 0 : errno, arg, step, NULL, 0);
    if (built != 0) _exit(1);
    epoll_fd = epoll_create1(EPOLL_CLOEXEC);
    signal(SIGPIPE, SIG_IGN);
    int signals = child_signals();
    if (epoll_fd < 0 || signals < 0) _exit(1);
    epoll_add(supervisor, &on_supervisor);
    epoll_add(CONTROL_FD, &on_control);
    epoll_add(signals, &on_signals);
    for (;;) {
        struct epoll_event events[EVENTS];
        int ready = epoll_wait(epoll_fd, events, EVENTS, -1);
        bool reaped = false;
        for (int i = 0; i < ready; i++) {
            void *who = events[i].data.ptr;
            if (who == &on_supervisor) from_supervisor(&lab);
            else if (who == &on_control) from_node(&lab);
            else if (who == &on_signals) reaped = true;
            else from_host(&lab, who);
        }
        /* Last, because it frees hosts that a later event of this round could name. */
        if (reaped) {
            struct signalfd_siginfo info;
            while (read(signals, &info, sizeof info) == sizeof info) continue;
            reap(&lab);
        }
    }
}
