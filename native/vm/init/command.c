/* The commands of the vm: each has a connection to the vm-enter that stands for it outside. */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "init.h"

struct command {
    unsigned number;
    int connection; /* -1 when vm-enter has gone */
    pid_t pid;      /* 0 before it runs */
    int status;
    bool exited, told;
    int terminal; /* a copy of the pty's master, for its size; or -1 */
    struct stream in, out, err;
    struct command *next;
};

static struct command *commands;
static unsigned last_number;

static void tell(struct command *c, uint32_t word, int32_t value, uint32_t detail) {
    struct vm_message message = {.word = word, .value = value, .detail = detail};
    struct timespec now;
    if (word == VM_EXITED && clock_gettime(CLOCK_MONOTONIC, &now) == 0)
        message.time = (uint64_t)now.tv_sec * 1000000000U + (uint64_t)now.tv_nsec;
    if (c->connection >= 0 && write(c->connection, &message, sizeof message) < 0) {
        close(c->connection);
        c->connection = -1;
    }
}

static void forget(struct command *c) {
    struct command **at = &commands;
    while (*at != c) at = &(*at)->next;
    *at = c->next;
    stream_close(&c->in);
    stream_close(&c->out);
    stream_close(&c->err);
    if (c->connection >= 0) close(c->connection);
    if (c->terminal >= 0) close(c->terminal);
    group_remove(c->number);
    free(c);
}

/* What the command is made of is to be there, wherever it lies on the machine. */
static void prepare(const struct body *body) {
    static const char *const own[] = {"TMPDIR", "XDG_RUNTIME_DIR"};
    const char *home = body_env(body, "HOME"), *path = body_env(body, "PATH");
    const struct launch_words *words = &body->words;
    show_path(words->cwd, "/");
    if (strchr(words->file, '/') != NULL) show_path(words->file, words->cwd);
    for (char **a = words->argv + 1; *a != NULL; a++)
        if ((*a)[0] == '/') show_path(*a, "/");
    if (home != NULL) show_path(home, "/");
    for (const char *at = path == NULL ? "" : path; *at != 0;) {
        char folder[4096];
        size_t length = strcspn(at, ":");
        if (snprintf(folder, sizeof folder, "%.*s", (int)length, at) < (int)sizeof folder && folder[0] == '/')
            show_path(folder, "/");
        at += length + (at[length] == ':');
    }
    for (size_t i = 0; i < sizeof own / sizeof *own; i++) {
        const char *folder = body_env(body, own[i]);
        if (folder != NULL) show_own_folder(folder, body->head.uid, body->head.gid);
    }
}

static void connect_streams(struct command *c, const struct ends *ends, uint32_t terminals, int *fds) {
    int in = ends->in, out = ends->out, err = ends->err;
    if (terminals & 1) in = fcntl(ends->terminal, F_DUPFD_CLOEXEC, 0);
    /* stdout and stderr are one terminal: what comes out of it goes to the first of them. */
    if (terminals & 2) out = fcntl(ends->terminal, F_DUPFD_CLOEXEC, 0);
    else if (terminals & 4) err = fcntl(ends->terminal, F_DUPFD_CLOEXEC, 0);
    c->terminal = ends->terminal;
    stream_open(&c->in, fds[0], in);
    stream_open(&c->out, out, fds[1]);
    stream_open(&c->err, err, fds[2]);
}

static void begin(struct command *c, size_t size, int *fds) {
    struct body body;
    struct ends ends;
    uint32_t stage = STAGE_REQUEST;
    pid_t pid = -1;
    if (body_read(&body, fds[0], size)) {
        prepare(&body);
        int lazy = body.head.lazy && ioctl(fds[1], NETRIG_STILL_READS, 1) == 0 ? fds[1] : -1;
        int group = group_open(c->number, body.head.uid, body.head.gid);
        pid = start(&body, lazy, group, &ends, &stage);
        if (group >= 0) close(group);
        if (lazy >= 0) close(lazy), fds[1] = -1;
    }
    int error = errno;
    close(fds[0]);
    if (pid < 0) {
        tell(c, VM_FAILED, error, stage);
        for (int i = 1; i < 4; i++)
            if (fds[i] >= 0) close(fds[i]);
    } else {
        c->pid = pid;
        tell(c, VM_BEGAN, pid, 0);
        connect_streams(c, &ends, body.head.terminals, fds + 1);
    }
    body_free(&body);
    if (pid < 0) forget(c);
}

static void window(const struct command *c, const struct vm_message *m) {
    struct winsize size = {.ws_row = (unsigned short)m->value, .ws_col = (unsigned short)m->detail};
    if (c->terminal >= 0) ioctl(c->terminal, TIOCSWINSZ, &size);
}

/* One word of vm-enter's. `c` may be gone afterwards. */
static void listen_to(struct command *c) {
    struct vm_message message;
    int fds[NETRIG_MESSAGE_FDS];
    size_t count = 0;
    ssize_t got = channel_receive(c->connection, &message, sizeof message, fds, &count);
    if (got < 0 && (errno == EAGAIN || errno == EINTR)) return;
    if (got == sizeof message && message.word == VM_END) vm_end(c->connection);
    if (got == sizeof message && message.word == VM_RUN && c->pid == 0 && count == 4) {
        fcntl(c->connection, F_SETFL, O_NONBLOCK);
        ioctl(c->connection, NETRIG_STILL_READS, 0);
        begin(c, (size_t)message.value, fds);
        return;
    }
    for (size_t i = 0; i < count; i++) close(fds[i]);
    if (got == sizeof message && message.word == VM_WINDOW) window(c, &message);
    else if (got == sizeof message && message.word == VM_SIGNAL && !c->exited && c->pid > 0)
        kill(message.detail == VM_GROUP ? -c->pid : c->pid, message.value);
    if (got == sizeof message) return;
    /* vm-enter is gone, and with it whoever wanted to know. */
    close(c->connection);
    c->connection = -1;
    if (!c->exited) group_kill(c->number);
    if (c->pid > 0 && !c->exited) kill(-c->pid, SIGKILL);
    if (c->pid == 0) forget(c);
}

void commands_accept(int device, bool still, bool virtual_time) {
    int connection = ioctl(device, NETRIG_ACCEPT, still ? NETRIG_STILL : 0);
    struct command *c = connection < 0 ? NULL : calloc(1, sizeof *c);
    if (c == NULL) {
        if (connection >= 0) close(connection);
        return;
    }
    c->connection = connection;
    c->number = ++last_number;
    c->terminal = -1;
    c->in = c->out = c->err = (struct stream){.from = -1, .to = -1};
    c->next = commands;
    commands = c;
    /* No time is to pass between the knock and the word. */
    if (virtual_time) ioctl(connection, NETRIG_STILL_READS, 1), listen_to(c);
    else fcntl(connection, F_SETFL, O_NONBLOCK);
}

size_t commands_running(void) {
    size_t n = 0;
    for (struct command *c = commands; c != NULL; c = c->next) n += !c->told;
    return n;
}

size_t commands_poll(struct pollfd *polls, size_t room, bool *hurry) {
    size_t n = 0;
    for (struct command *c = commands; c != NULL && n + 4 <= room; c = c->next) {
        struct stream *streams[] = {&c->in, &c->out, &c->err};
        if (c->connection >= 0) polls[n++] = (struct pollfd){.fd = c->connection, .events = POLLIN};
        for (int i = 0; i < 3; i++) {
            struct stream *s = streams[i];
            if (s->from < 0) continue;
            if (!stream_full(s)) polls[n++] = (struct pollfd){.fd = s->from, .events = POLLIN};
            else if (i == 0) polls[n++] = (struct pollfd){.fd = s->to, .events = POLLOUT};
            /* A reader outside that is slow cannot be waited for: it is asked again. */
            else *hurry = true;
        }
    }
    return n;
}

static bool readable(int fd) {
    struct pollfd one = {.fd = fd, .events = POLLIN};
    return fd >= 0 && poll(&one, 1, 0) > 0;
}

/* Of a command that has ended, all is out that it wrote. A terminal hangs up with its session's leader. */
static bool is_out(struct stream *s, int terminal) {
    return s->from < 0 || (terminal < 0 && !stream_full(s) && !readable(s->from));
}

static void turn(struct command *c) {
    if (readable(c->in.from) || stream_full(&c->in)) stream_carry(&c->in);
    stream_carry(&c->out);
    stream_carry(&c->err);
    if (!c->exited || c->told) return;
    if (!is_out(&c->out, c->terminal) || !is_out(&c->err, c->terminal)) return;
    c->told = true;
    sync();
    tell(c, VM_EXITED, c->status, 0);
    stream_close(&c->in);
}

void commands_turn(void) {
    for (struct command *c = commands, *next; c != NULL; c = next) {
        next = c->next;
        if (c->pid > 0) turn(c);
    }
    for (struct command *c = commands, *next; c != NULL; c = next) {
        next = c->next;
        if (c->connection >= 0 && readable(c->connection)) listen_to(c);
    }
    for (struct command *c = commands, *next; c != NULL; c = next) {
        next = c->next;
        bool quiet = c->out.from < 0 && c->err.from < 0;
        if (c->told && quiet) forget(c);
    }
}

void commands_reap(void) {
    int status;
    for (pid_t pid; (pid = waitpid(-1, &status, WNOHANG)) > 0;)
        for (struct command *c = commands; c != NULL; c = c->next)
            if (c->pid == pid && !c->exited) c->exited = true, c->status = status;
}
