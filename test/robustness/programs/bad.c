/* Programs that behave badly. bad WHAT [NUMBER] */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

static void say(const char *word) {
    if (write(1, word, strlen(word)) < 0) _exit(1);
}

static void deaf(void) {
    for (int s = 1; s < NSIG; s++) signal(s, SIG_IGN);
}

/* Every copy goes on making copies, each in a session of its own, and listens to nobody. */
static _Noreturn void bomb(void) {
    bool told = false;
    deaf();
    for (;;) {
        pid_t pid = fork();
        if (pid == 0) setsid();
        if (pid < 0 && errno == EAGAIN) {
            if (!told) say("full\n");
            told = true;
            /* A fork that the pids controller refuses costs as much as one that it allows: others test, too. */
            usleep(20000);
        }
    }
}

/* Children that have ended, and nobody who asks how. */
static int zombies(int count) {
    for (int i = 0; i < count; i++)
        if (fork() == 0) _exit(0);
    say("dead\n");
    for (;;) pause();
}

/* Away from its parent, its session and its terminal, as daemons go; it leaves its number. */
static int away(void) {
    if (fork() > 0) return 0;
    setsid();
    if (fork() > 0) return 0;
    deaf();
    for (int fd = 0; fd < 3; fd++) close(fd);
    if (chdir("/") != 0) return 1;
    for (;;) pause();
}

static _Noreturn void flood(void) {
    static char text[65536];
    memset(text, 'x', sizeof text);
    deaf();
    for (;;)
        if (write(1, text, sizeof text) < 0 && errno != EINTR) pause();
}

/* Takes memory, in MiB, and touches it. */
static int hog(int mib) {
    for (int i = 0; i < mib; i++) {
        char *page = mmap(NULL, 1 << 20, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
        if (page == MAP_FAILED) return 1;
        memset(page, 1, 1 << 20);
    }
    say("fat\n");
    return 0;
}

/* Writes MiB into a file until somebody says no; says how many it got. */
static int fill(const char *path) {
    static char text[1 << 20];
    char word[64];
    int written = 0;
    int fd = open(path, O_WRONLY | O_CREAT, 0600);
    while (fd >= 0 && written < 100000 && write(fd, text, sizeof text) == (ssize_t)sizeof text) written++;
    snprintf(word, sizeof word, "%d %s\n", written, strerrorname_np(errno));
    say(word);
    return 0;
}

int main(int argc, char **argv) {
    const char *what = argc > 1 ? argv[1] : "";
    int number = argc > 2 ? atoi(argv[2]) : 0;
    if (strcmp(what, "bomb") == 0) bomb();
    if (strcmp(what, "zombies") == 0) return zombies(number);
    if (strcmp(what, "away") == 0) return away();
    if (strcmp(what, "flood") == 0) flood();
    if (strcmp(what, "hog") == 0) return hog(number);
    if (strcmp(what, "fill") == 0 && argc > 2) return fill(argv[2]);
    if (strcmp(what, "deaf") == 0) {
        deaf();
        say("deaf\n");
        for (;;) pause();
    }
    if (strcmp(what, "mute") == 0) {
        close(0), close(1), close(2);
        for (;;) pause();
    }
    if (strcmp(what, "stop") == 0) {
        raise(SIGSTOP);
        for (;;) pause();
    }
    return 2;
}
