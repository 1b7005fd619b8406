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
    bool over; /* reaped; it stays in the list while something is left of a tree that was signalled */
    bool doomed;
    int echo; /* a signal that enter is going to pass on although the tree has had it */
    struct tree tree;
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

static void tell_keeper(const struct program *p, uint32_t news, int32_t value, uint32_t stage) {
    struct message message = {.word = WORD_PROGRAM, .arg = {p->tag, news, (uint32_t)value, stage}};
    if (p->tag != 0) send_fds(keeper, &message, sizeof message, NULL, 0);
}

static void tell_enter(const struct program *p, uint32_t news, int32_t value, uint32_t stage) {
    struct program_news message = {.news = news, .value = value, .stage = stage};
    if (p->connection >= 0) send(p->connection, &message, sizeof message, MSG_DONTWAIT | MSG_NOSIGNAL);
}

static void hang_up(struct program *p) {
    if (p->connection >= 0) close(p->connection);
    p->connection = -1;
}

static void forget(struct program *p) {
    struct program **at = &programs;
    while (*at != p) at = &(*at)->next;
    *at = p->next;
    hang_up(p);
    tree_forget(&p->tree);
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
        int error = errno;
        /* The keeper first: Node knows the reason when it sees enter's exit. */
        tell_keeper(p, NEWS_FAILED, error, stage);
        tell_enter(p, NEWS_FAILED, error, stage);
        forget(p);
        return;
    }
    p->pid = p->tree.root = pid;
    tell_enter(p, NEWS_STARTED, pid, 0);
    tell_keeper(p, NEWS_STARTED, pid, 0);
}

static void signal_program(struct program *p, int signal, uint32_t reach) {
    if (reach != REACH_TREE && reach != REACH_ONCE) {
        if (!p->over) kill(reach == REACH_GROUP ? -p->pid : p->pid, signal);
        return;
    }
    /* A pause is no farewell: a daemon that outlives this program is not to be waited for. */
    if (signal == SIGSTOP || signal == SIGCONT) {
        struct tree once = {.root = p->pid, .headless = p->over};
        tree_signal(&once, signal);
        tree_forget(&once);
        return;
    }
    if (signal == SIGKILL) p->doomed = true;
    if (reach == REACH_ONCE) p->echo = signal;
    tree_signal(&p->tree, signal);
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
        if ((int)wanted.signal != p->echo) signal_program(p, (int)wanted.signal, wanted.reach);
        p->echo = 0;
        return;
    }
    /* enter was killed, or its runner was: the program goes with everything that it started. */
    hang_up(p);
    signal_program(p, SIGKILL, REACH_TREE);
}

/* Trees that were signalled and have lost their root: told of when nothing is left of them. */
static void look_after_orphans(void) {
    for (struct program *p = programs, *next; p != NULL; p = next) {
        next = p->next;
        if (!p->over || tree_signal(&p->tree, p->doomed ? SIGKILL : 0) > 0) continue;
        tell_keeper(p, NEWS_GONE, 0, 0);
        forget(p);
    }
}

void programs_reap(void) {
    int status;
    for (pid_t pid; (pid = waitpid(-1, &status, WNOHANG)) > 0;) {
        struct program *p = programs;
        while (p != NULL && (p->pid != pid || p->over)) p = p->next;
        if (p == NULL) continue; /* an orphan of some program's */
        tell_enter(p, NEWS_EXITED, status, 0);
        hang_up(p);
        p->over = p->tree.headless = true;
        if (p->tree.count == 0) forget(p);
    }
    look_after_orphans();
}

void programs_signal(uint32_t tag, uint32_t signal, uint32_t reach) {
    for (struct program *p = programs; p != NULL; p = p->next) {
        if (p->tag != tag || p->pid == 0) continue;
        if (signal == SIGSTOP) p->paused = true;
        if (signal == SIGCONT) p->paused = false;
        /* A frozen host's program that is told to go on does so with its host. */
        if (!(frozen && signal == SIGCONT)) signal_program(p, (int)signal, reach);
        break;
    }
    look_after_orphans();
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
        if (p->paused && !p->over) paused[n++] = p->pid;
    if (n == 0) kill(-1, SIGCONT);
    else tree_continue_except(paused, n);
    free(paused);
}
