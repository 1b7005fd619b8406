/*
 * enter: the outer end of a program that runs in a host. It hands its own descriptors, arguments, environment
 * to the host's PID 1, passes signals on, and ends as the program ends. When it is killed, the program is.
 */
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <poll.h>

#include "../common/outer.h"
#include "../common/sys.h"
#include "../common/wire.h"
#include "terminal.h"

struct options {
    const char *lab, *host;
    struct outer_asked asked;
    int wait;          /* a descriptor to read a byte from first, or -1 */
    int fds;           /* descriptors from this number on are not the program's */
    uint32_t tag;
    bool terminal; /* the program gets one of its own, if this process has one */
};

/* Milliseconds. */
enum { START_PATIENCE = 1000 };
enum { EXIT_USAGE = 125, EXIT_NO_HOST = 125, EXIT_CANNOT = 126, EXIT_NOT_FOUND = 127 };

static _Noreturn void usage(void) {
    fprintf(stderr, "usage: enter --lab SOCKET --host HOST [--tag N] [--cwd DIR] [--argv0 NAME]\n"
                    "             [--shell FILE] [--wait FD] [--fds N] [--terminal 1] -- COMMAND [ARG...]\n");
    exit(EXIT_USAGE);
}

static struct options parse(int argc, char **argv) {
    struct options o = {.wait = -1, .fds = 3};
    int i = 1;
    for (; i + 1 < argc && strcmp(argv[i], "--") != 0; i += 2) {
        if (strcmp(argv[i], "--lab") == 0) o.lab = argv[i + 1];
        else if (strcmp(argv[i], "--host") == 0) o.host = argv[i + 1];
        else if (strcmp(argv[i], "--tag") == 0) o.tag = (uint32_t)strtoul(argv[i + 1], NULL, 10);
        else if (strcmp(argv[i], "--cwd") == 0) o.asked.cwd = argv[i + 1];
        else if (strcmp(argv[i], "--argv0") == 0) o.asked.argv0 = argv[i + 1];
        else if (strcmp(argv[i], "--shell") == 0) o.asked.shell = argv[i + 1];
        else if (strcmp(argv[i], "--wait") == 0) o.wait = atoi(argv[i + 1]);
        else if (strcmp(argv[i], "--fds") == 0) o.fds = atoi(argv[i + 1]);
        else if (strcmp(argv[i], "--terminal") == 0) o.terminal = atoi(argv[i + 1]) == 1;
        else usage();
    }
    o.asked.command = argv + i + 1;
    if (i >= argc - 1 || o.lab == NULL || o.host == NULL) usage();
    return o;
}

/*
 * Which descriptors the program is to have: those that this process was meant to get. A higher one was left open
 * by whoever started the test; a folder of the machine among them would be a way out of the host.
 */
static size_t inherited(int *fds, int limit) {
    size_t count = 0;
    DIR *dir = opendir("/proc/self/fd");
    if (dir == NULL) {
        for (int fd = 0; fd < 3; fd++)
            if (fcntl(fd, F_GETFD) >= 0) fds[count++] = fd;
        return count;
    }
    for (struct dirent *entry; (entry = readdir(dir)) != NULL && count < PROGRAM_FDS_MAX;) {
        int fd = atoi(entry->d_name);
        if (entry->d_name[0] != '.' && fd != dirfd(dir) && fd < limit) fds[count++] = fd;
    }
    closedir(dir);
    return count;
}

/* Whoever started this has something to prepare; false when they gave up. */
static bool wait_for_leave(int fd) {
    char byte;
    ssize_t got;
    if (fd < 0) return true;
    do got = read(fd, &byte, 1);
    while (got < 0 && errno == EINTR);
    close(fd);
    return got == 1;
}

static int write_body(const struct options *o, const int *fds, size_t count, uint32_t *size) {
    enum { FIELDS = 6 };
    struct outer_words words;
    if (outer_words(&words, &o->asked) != 0) return -1;
    uint32_t head[FIELDS + PROGRAM_FDS_MAX] = {o->tag, words.argc, words.envc, (uint32_t)count, outer_umask(), o->terminal};
    for (size_t i = 0; i < count; i++) head[FIELDS + i] = (uint32_t)fds[i];
    return outer_body(head, (FIELDS + count) * sizeof *head, &words, size);
}

/* `fds` are the program's descriptors by their numbers there; `here` is what they are in this process. */
static int hand_over(const struct options *o, int connection, const int *fds, const int *here, size_t count) {
    char line[512];
    int all[PROGRAM_FDS_MAX + 1];
    struct program_start start = {.magic = PROGRAM_MAGIC};
    all[0] = write_body(o, fds, count, &start.size);
    if (all[0] < 0) return -1;
    memcpy(all + 1, here, count * sizeof *here);
    int length = snprintf(line, sizeof line, "exec %s %u\n", o->host, o->tag);
    if (send(connection, line, (size_t)length, MSG_NOSIGNAL) < 0) return -1;
    return send_fds(connection, &start, sizeof start, all, count + 1) < 0 ? -1 : 0;
}

static void die_by(int signal_number) {
    terminal_give_back();
    outer_die_by(signal_number);
}

static int explain(const struct options *o, const struct program_news *news) {
    const char *why = strerror(news->value);
    if (news->stage == STAGE_CWD) fprintf(stderr, "netrig: host %s: working folder: %s\n", o->host, why);
    else if (news->stage == STAGE_HOST) fprintf(stderr, "netrig: there is no running host '%s' in this lab\n", o->host);
    else fprintf(stderr, "netrig: host %s: %s: %s\n", o->host, o->asked.command[0], why);
    if (news->stage == STAGE_HOST) return EXIT_NO_HOST;
    return news->stage == STAGE_EXEC && news->value == ENOENT ? EXIT_NOT_FOUND : EXIT_CANNOT;
}

static void pass_signal(int connection, const struct signalfd_siginfo *info, bool started, bool own_terminal) {
    bool terminal = info->ssi_code == SI_KERNEL; /* Ctrl-C reaches a whole foreground group */
    bool stops = terminal && (info->ssi_signo == SIGTSTP || info->ssi_signo == SIGTTIN || info->ssi_signo == SIGTTOU);
    /* The program leads a session of its own, where the kernel lets these stop nobody (an orphaned group). */
    struct program_signal word = {stops ? SIGSTOP : info->ssi_signo, terminal ? REACH_GROUP : REACH_PROCESS};
    if (info->ssi_signo == SIGWINCH && own_terminal) return terminal_resize();
    if (!started && !stops && info->ssi_signo != SIGCONT) return die_by((int)info->ssi_signo);
    send(connection, &word, sizeof word, MSG_NOSIGNAL);
    if (info->ssi_signo == SIGCONT) terminal_take();
    if (!stops) return;
    terminal_give_back();
    kill(getpid(), SIGSTOP);
}

/* Descriptors are the program's alone now, so that a pipe ends when the program closes it. */
static void let_go(int *fds, size_t count) {
    int null = open("/dev/null", O_RDWR | O_CLOEXEC);
    for (size_t i = 0; i < count; i++) {
        if (fds[i] > 2 || null < 0) close(fds[i]);
        else if (fds[i] != 2) dup2(null, fds[i]);
    }
    if (null >= 0) close(null);
}

static int follow(const struct options *o, int connection, int signals) {
    bool started = false;
    struct pollfd polls[2 + TERMINAL_POLLS] = {{.fd = connection, .events = POLLIN}, {.fd = signals, .events = POLLIN}};
    for (;;) {
        terminal_poll(polls + 2);
        if (poll(polls, 2 + TERMINAL_POLLS, -1) < 0) continue;
        terminal_serve(polls + 2);
        bool signalled = polls[1].revents != 0;
        /* The program may have run for a while before a busy host comes to say so; a frozen one says nothing. */
        if (signalled && !started && polls[0].revents == 0) poll(polls, 1, START_PATIENCE);
        if (polls[0].revents != 0) {
            struct program_news news;
            ssize_t got = recv(connection, &news, sizeof news, MSG_WAITALL);
            if (got != sizeof news) return die_by(SIGKILL), EXIT_CANNOT; /* the host died */
            if (news.news == NEWS_FAILED) return explain(o, &news);
            if (news.news == NEWS_STARTED) started = true, terminal_take(), dup2(0, 2);
            if (news.news == NEWS_EXITED) terminal_finish();
            if (news.news == NEWS_EXITED && WIFSIGNALED(news.value)) die_by(WTERMSIG(news.value));
            if (news.news == NEWS_EXITED) return WIFEXITED(news.value) ? WEXITSTATUS(news.value) : EXIT_CANNOT;
        }
        struct signalfd_siginfo info;
        if (signalled && read(signals, &info, sizeof info) == sizeof info) pass_signal(connection, &info, started, o->terminal);
    }
}

int main(int argc, char **argv) {
    struct options o = parse(argc, argv);
    int fds[PROGRAM_FDS_MAX];
    if (!wait_for_leave(o.wait)) return EXIT_CANNOT;
    size_t count = inherited(fds, o.fds);
    int signals = outer_signals();
    int connection = outer_connect(o.lab, SOCK_STREAM, 0);
    if (signals < 0 || connection < 0) {
        fprintf(stderr, "netrig: cannot reach the lab: %s\n", strerror(errno));
        return EXIT_NO_HOST;
    }
    int here[PROGRAM_FDS_MAX];
    memcpy(here, fds, count * sizeof *fds);
    if (o.terminal && terminal_open(here, count) != 0) {
        fprintf(stderr, "netrig: no terminal can be made: %s\n", strerror(errno));
        return EXIT_CANNOT;
    }
    if (hand_over(&o, connection, fds, here, count) != 0) {
        fprintf(stderr, "netrig: cannot hand the program to host %s: %s\n", o.host, strerror(errno));
        return EXIT_NO_HOST;
    }
    let_go(here, count);
    if (o.terminal) let_go((int[]){0, 1, 2}, 3);
    return follow(&o, connection, signals);
}
