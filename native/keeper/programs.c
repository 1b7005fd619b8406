/* The programs of a host: each has a connection to the `enter` that stands for it outside. */
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>

#include "keeper.h"
#include "start.h"

struct program {
    uint32_t tag;
    pid_t pid;      /* 0 until it runs */
    int connection; /* -1 when enter has gone */
    bool paused;
    struct program *next;
};

static struct program *programs;
static size_t count;
static int keeper;
static uint32_t process_limit;
static bool frozen;

void programs_setup(int channel, uint32_t limit) {
    keeper = channel;
    process_limit = limit;
}

size_t programs_count(void) {
    return count;
}

/* A frozen host starts nothing: those that have not begun wait for the thaw. */
size_t programs_poll(struct pollfd *polls) {
    size_t n = 0;
    for (struct program *p = programs; p != NULL; p = p->next)
        if (p->connection >= 0 && (p->pid != 0 || !frozen)) polls[n++] = (struct pollfd){.fd = p->connection, .events = POLLIN};
    return n;
}

static void tell(const struct program *p, uint32_t news, int32_t value, uint32_t stage) {
    struct program_news to_enter = {.news = news, .value = value, .stage = stage};
    if (p->connection >= 0) send(p->connection, &to_enter, sizeof to_enter, MSG_DONTWAIT | MSG_NOSIGNAL);
    struct message to_keeper = {.word = WORD_PROGRAM, .arg = {p->tag, news, (uint32_t)value, stage}};
    if (p->tag != 0) send_fds(keeper, &to_keeper, sizeof to_keeper, NULL, 0);
}

static void forget(struct program *p) {
    struct program **at = &programs;
    while (*at != p) at = &(*at)->next;
    *at = p->next;
    if (p->connection >= 0) close(p->connection);
    free(p);
    count--;
}

void program_connection(int connection) {
    struct program *p = calloc(1, sizeof *p);
    if (p == NULL) {
        close(connection);
        return;
    }
    p->connection = connection;
    p->next = programs;
    programs = p;
    count++;
}

static void begin(struct program *p) {
    uint32_t stage = STAGE_REQUEST;
    pid_t pid = program_start(p->connection, process_limit, &p->tag, &stage);
    if (pid < 0) {
        tell(p, NEWS_FAILED, errno, stage);
        forget(p);
        return;
    }
    p->pid = pid;
    tell(p, NEWS_STARTED, pid, 0);
}

void programs_event(int fd) {
    struct program *p = programs;
    while (p != NULL && p->connection != fd) p = p->next;
    if (p == NULL) return;
    if (p->pid == 0) {
        begin(p);
        return;
    }
    struct program_signal wanted;
    ssize_t got = recv(fd, &wanted, sizeof wanted, MSG_DONTWAIT);
    if (got < 0 && (errno == EAGAIN || errno == EINTR)) return;
    if (got == sizeof wanted) {
        programs_signal_one(p->pid, (int)wanted.signal, wanted.reach);
        return;
    }
    /* enter was killed, or its runner was: the program goes with everything that it started. */
    close(p->connection);
    p->connection = -1;
    tree_signal(p->pid, SIGKILL);
}

void programs_reap(void) {
    int status;
    for (pid_t pid; (pid = waitpid(-1, &status, WNOHANG)) > 0;) {
        struct program *p = programs;
        while (p != NULL && p->pid != pid) p = p->next;
        if (p == NULL) continue; /* an orphan of some program's */
        tell(p, NEWS_EXITED, status, 0);
        forget(p);
    }
}

void programs_signal_one(pid_t pid, int signal, uint32_t reach) {
    if (reach == REACH_TREE) tree_signal(pid, signal);
    else kill(reach == REACH_GROUP ? -pid : pid, signal);
}

void programs_signal(uint32_t tag, uint32_t signal, uint32_t reach) {
    for (struct program *p = programs; p != NULL; p = p->next) {
        if (p->tag != tag || p->pid == 0) continue;
        if (signal == SIGSTOP) p->paused = true;
        if (signal == SIGCONT) p->paused = false;
        /* A frozen host's program that is told to go on does so with its host. */
        if (!(frozen && signal == SIGCONT)) programs_signal_one(p->pid, (int)signal, reach);
        return;
    }
}

void programs_freeze(bool freeze) {
    frozen = freeze;
    /* kill(2) with -1 reaches every process of the pid namespace but its PID 1, and none can fork past it. */
    if (freeze) {
        kill(-1, SIGSTOP);
        return;
    }
    pid_t *paused = calloc(count + 1, sizeof *paused);
    size_t n = 0;
    for (struct program *p = programs; paused != NULL && p != NULL; p = p->next)
        if (p->paused) paused[n++] = p->pid;
    if (n == 0) kill(-1, SIGCONT);
    else tree_continue_except(paused, n);
    free(paused);
}
