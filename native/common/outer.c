#include "outer.h"

#include <errno.h>
#include <signal.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
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

/* As a shell's -c wants it, and as Node and execa join it. */
static char **shell_command(const char *shell, char **command) {
    size_t length = 1;
    for (char **a = command; *a != NULL; a++) length += strlen(*a) + 1;
    char **argv = calloc(4, sizeof *argv), *text = calloc(1, length), *at = text;
    if (argv == NULL || text == NULL) return NULL;
    for (char **a = command; *a != NULL; a++) at += sprintf(at, "%s%s", a == command ? "" : " ", *a);
    argv[0] = (char *)shell, argv[1] = "-c", argv[2] = text;
    return argv;
}

int outer_words(struct outer_words *words, const struct outer_asked *asked) {
    words->cwd = asked->cwd;
    if (words->cwd == NULL) words->cwd = getcwd(words->here, sizeof words->here) != NULL ? words->here : "/";
    words->argv = asked->shell == NULL ? asked->command : shell_command(asked->shell, asked->command);
    if (words->argv == NULL) return errno = ENOMEM, -1;
    words->file = words->argv[0];
    if (asked->argv0 != NULL) words->argv[0] = (char *)asked->argv0;
    words->argc = words->envc = 0;
    for (char **a = words->argv; *a != NULL; a++) words->argc++;
    for (char **e = environ; *e != NULL; e++) words->envc++;
    return 0;
}

int outer_body(const void *head, size_t head_size, const struct outer_words *words, uint32_t *size) {
    int memory = memfd_create("netrig-program", MFD_CLOEXEC);
    FILE *out = memory < 0 ? NULL : fdopen(dup(memory), "w");
    if (out == NULL) return -1;
    fwrite(head, head_size, 1, out);
    fwrite(words->cwd, strlen(words->cwd) + 1, 1, out);
    fwrite(words->file, strlen(words->file) + 1, 1, out);
    for (char **a = words->argv; *a != NULL; a++) fwrite(*a, strlen(*a) + 1, 1, out);
    for (char **e = environ; *e != NULL; e++) fwrite(*e, strlen(*e) + 1, 1, out);
    long end = fflush(out) == 0 ? ftell(out) : -1;
    fclose(out);
    *size = (uint32_t)end;
    /* Some read it as a stream. */
    return end < 0 || lseek(memory, 0, SEEK_SET) != 0 ? -1 : memory;
}

mode_t outer_umask(void) {
    mode_t mask = umask(0);
    umask(mask);
    return mask;
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
