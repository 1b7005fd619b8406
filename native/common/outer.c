#include "outer.h"

#include <errno.h>
#include <signal.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

enum { STEP = 4 /* ms */ };

int outer_connect(const char *name, int type, int patience) {
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    size_t length = strlen(name);
    if (length + 1 > sizeof address.sun_path) return errno = ENAMETOOLONG, -1;
    memcpy(address.sun_path + 1, name, length);
    int fd = socket(AF_UNIX, type | SOCK_CLOEXEC, 0);
    if (fd < 0) return -1;
    socklen_t size = (socklen_t)(offsetof(struct sockaddr_un, sun_path) + 1 + length);
    pid_t parent = getppid();
    for (int waited = 0;; waited += STEP) {
        if (connect(fd, (struct sockaddr *)&address, size) == 0) return fd;
        /* Whoever makes the other end takes it away by dying. */
        if (errno != ECONNREFUSED || waited >= patience || getppid() != parent) return -1;
        nanosleep(&(struct timespec){0, STEP * 1000000L}, NULL);
    }
}

char **outer_shell(const char *shell, char **command) {
    size_t length = 1;
    for (char **a = command; *a != NULL; a++) length += strlen(*a) + 1;
    char **argv = calloc(4, sizeof *argv), *text = calloc(1, length), *at = text;
    if (argv == NULL || text == NULL) return NULL;
    for (char **a = command; *a != NULL; a++) at += sprintf(at, "%s%s", a == command ? "" : " ", *a);
    argv[0] = (char *)shell, argv[1] = "-c", argv[2] = text;
    return argv;
}

int outer_signals(void) {
    sigset_t all;
    sigfillset(&all);
    sigdelset(&all, SIGCHLD);
    sigprocmask(SIG_SETMASK, &all, NULL);
    return signalfd(-1, &all, SFD_CLOEXEC);
}

void outer_die_by(int signal_number) {
    struct rlimit no_core = {0, 0};
    sigset_t one;
    setrlimit(RLIMIT_CORE, &no_core);
    signal(signal_number, SIG_DFL);
    sigemptyset(&one);
    sigaddset(&one, signal_number);
    sigprocmask(SIG_UNBLOCK, &one, NULL);
    kill(getpid(), signal_number);
}
