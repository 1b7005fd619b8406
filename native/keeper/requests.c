/* What Node asks of the keeper, one function a request. */
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>

#include "keeper.h"

enum { HELPER_FDS_MAX = 7 };

void answer(uint32_t kind, uint32_t id, uint32_t host, int error, const uint32_t *arg, const char *text,
            const int *fds, size_t count) {
    struct {
        struct reply reply;
        char text[256];
    } packet = {.reply = {.kind = kind, .id = id, .host = host, .error = error}};
    if (arg != NULL) memcpy(packet.reply.arg, arg, sizeof packet.reply.arg);
    if (text != NULL) snprintf(packet.text, sizeof packet.text, "%s", text);
    size_t size = sizeof packet.reply + strnlen(packet.text, sizeof packet.text);
    /* Node cannot poll a socket that carries descriptors, so a byte on the lifeline rings for each packet. */
    if (send_fds(CONTROL_FD, &packet, size, fds, count) >= 0) send(LIFELINE_FD, "R", 1, MSG_DONTWAIT | MSG_NOSIGNAL);
}

static void done(const struct request *request, int error) {
    answer(KIND_DONE, request->id, request->host, error, NULL, NULL, NULL, 0);
}

static void lend(const struct request *request, int *fds, size_t count) {
    answer(KIND_DONE, request->id, request->host, 0, NULL, NULL, fds, count);
    close_all(fds, count);
}

static void make_host(struct lab *lab, const struct request *request, int cgroup) {
    struct host *host = host_by_id(request->host) == NULL ? host_add(request->host) : NULL;
    int pair[2];
    if (host == NULL) return answer(KIND_READY, request->id, request->host, EEXIST, NULL, "table", NULL, 0);
    if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair) != 0) {
        int error = errno;
        host_remove(host);
        return answer(KIND_READY, request->id, request->host, error, NULL, "socketpair", NULL, 0);
    }
    /* The keeper never waits for a host: a frozen one reads nothing. */
    fcntl(pair[0], F_SETFL, O_NONBLOCK);
    host->flags = request->arg[2];
    snprintf(host->name, sizeof host->name, "%s", request->text);
    struct clone_args args = {
        .flags = CLONE_NEWNS | CLONE_NEWPID | CLONE_PIDFD,
        .pidfd = (uintptr_t)&host->pidfd,
        .exit_signal = SIGCHLD,
    };
    if ((host->flags & MAKE_IN_CGROUP) && cgroup >= 0) {
        args.flags |= CLONE_INTO_CGROUP;
        args.cgroup = (uint64_t)cgroup;
    }
    pid_t pid = sys_clone3(&args);
    if (pid == 0) {
        struct init_options init = {.lab = lab, .channel = pair[1], .view = request->arg[0],
                                    .process_limit = request->arg[1], .flags = host->flags, .name = host->name};
        host_init(&init);
    }
    int error = errno;
    close(pair[1]);
    host->channel = pair[0];
    if (pid < 0) {
        host_remove(host);
        return answer(KIND_READY, request->id, request->host, error, NULL, "clone", NULL, 0);
    }
    host->pid = pid;
    host->make_id = request->id;
    keeper_watch_host(host);
}

/* Runs a program of netrig's beside the keeper: fds become 3, 4, ... of it. */
static pid_t run_in_fabric(const char *name, int program, const int *fds, int count) {
    enum { FIRST = 3, ABOVE = 64 };
    pid_t pid = fork();
    if (pid != 0) return pid;
    sigset_t none;
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
    signal(SIGPIPE, SIG_DFL);
    /* High numbers first: the low ones may be among what is copied. */
    int high[HELPER_FDS_MAX + 1];
    for (int i = 0; i <= count; i++) high[i] = fcntl(i < count ? fds[i] : program, F_DUPFD, ABOVE);
    for (int i = 0; i <= count; i++) dup2(high[i], FIRST + i);
    sys_close_range((unsigned)(FIRST + count + 1), ~0U);
    fcntl(FIRST + count, F_SETFD, FD_CLOEXEC);
    char *const argv[] = {(char *)name, NULL}, *const env[] = {NULL};
    syscall(SYS_execveat, FIRST + count, "", argv, env, AT_EMPTY_PATH);
    _exit(127);
}

/* A program that Node speaks with by descriptors of its own, and whose end it notices by them. */
static void run_helper(const struct request *request, const int *fds, size_t count) {
    if (count < 1 || count > HELPER_FDS_MAX) return done(request, EINVAL);
    pid_t pid = run_in_fabric(request->text, fds[0], fds + 1, (int)count - 1);
    done(request, pid < 0 ? errno : 0);
}

static void start_relay(struct lab *lab, const struct request *request, int program) {
    int pair[2];
    int memory = memfd_create("netrig-relay", MFD_CLOEXEC);
    if (lab->relay != 0 || memory < 0 || program < 0) return close(memory), done(request, EBUSY);
    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) != 0) return close(memory), done(request, errno);
    pid_t pid = run_in_fabric("netrig-relay", program, (int[]){pair[1], memory}, 2);
    close(pair[1]);
    if (pid < 0) return close(pair[0]), close(memory), done(request, EAGAIN);
    lab->relay = pid;
    /* A kept lab outlives Node: the relay must not take the end of Node's stream for the end of the lab. */
    fcntl(pair[0], F_DUPFD_CLOEXEC, 5);
    lend(request, (int[]){pair[0], memory}, 2);
}

/* A file in the lab's store that hosts bind over their /etc/hosts; Node writes it, also later. */
static void open_view(const struct request *request) {
    char path[32];
    snprintf(path, sizeof path, "/tmp/view.%u", request->arg[0]);
    int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0644);
    if (fd < 0) done(request, errno);
    else lend(request, &fd, 1);
}

static void open_key_file(const struct request *request, const struct host *host) {
    int fd = file_in(host->pid, "run/netrig.keys");
    if (fd < 0) done(request, errno);
    else lend(request, &fd, 1);
}

static void open_socket(struct lab *lab, const struct request *request, int netns) {
    int fd = socket_in(lab, netns, (int)request->arg[0], (int)request->arg[1], (int)request->arg[2]);
    if (fd < 0) done(request, errno);
    else lend(request, &fd, 1);
}

static void open_network(struct lab *lab, const struct request *request, int netns) {
    int fds[2] = {fcntl(netns, F_DUPFD_CLOEXEC, 5), socket_in(lab, netns, AF_NETLINK, SOCK_RAW, 0)};
    if (fds[1] < 0) close(fds[0]), done(request, errno);
    else lend(request, fds, 2);
}

static void kill_host(const struct request *request, struct host *host) {
    if (host == NULL) return answer(KIND_GONE, request->id, request->host, 0, NULL, NULL, NULL, 0);
    host->kill_id = request->id;
    kill(host->pid, SIGKILL);
}

/* Hands a word on to a host's PID 1. */
static void tell_host(const struct request *request, struct host *host, uint32_t word) {
    struct message message = {.word = word};
    memcpy(message.arg, request->arg, sizeof message.arg);
    done(request, send_fds(host->channel, &message, sizeof message, NULL, 0) < 0 ? errno : 0);
}

void handle_request(struct lab *lab, const struct request *request, size_t size, int *fds, size_t count) {
    struct host *host = request->host == 0 ? NULL : host_by_id(request->host);
    int file = count > 0 ? fds[0] : -1;
    if (request->op == OP_MAKE_HOST) return make_host(lab, request, file);
    if (request->op == OP_KILL_HOST) return kill_host(request, host);
    if (request->op == OP_RELAY) return start_relay(lab, request, file);
    if (request->op == OP_RUN) return run_helper(request, fds, count);
    if (request->op == OP_VIEW) return open_view(request);
    if (host == NULL && request->host != 0) return done(request, EHOSTDOWN);
    if (host != NULL && request->op == OP_SIGNAL) return tell_host(request, host, WORD_SIGNAL);
    if (host != NULL && request->op == OP_STOP_ALL) return tell_host(request, host, WORD_STOP_ALL);
    if (host != NULL && request->op == OP_CONT_ALL) return tell_host(request, host, WORD_CONT_ALL);
    size_t text = size - sizeof *request, path = strnlen(request->text, text);
    if (host != NULL && request->op == OP_SHOW && path < text)
        return show_request(lab, host, request->id, request->text, request->text + path + 1);
    if (host != NULL && request->op == OP_SEE) return show_view(host, request->id, request->arg[0]);
    if (host != NULL && request->op == OP_KEY_FILE) return open_key_file(request, host);
    int netns = host == NULL ? fcntl(lab->fabric, F_DUPFD_CLOEXEC, 5) : namespace_of(host->pid, "net");
    if (netns < 0) return done(request, errno);
    if (request->op == OP_SOCKET) open_socket(lab, request, netns);
    else if (request->op == OP_NETNS) open_network(lab, request, netns);
    else if (request->op == OP_SYSCTL && path < text)
        done(request, sysctl_in(lab, netns, request->text, request->text + path + 1) == 0 ? 0 : errno);
    else done(request, EINVAL);
    close(netns);
}
