#include "launch.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

/* The next NUL-ended string, or NULL when the text ends before it does. */
static char *next(char **at, char *end) {
    char *start = *at;
    char *nul = start < end ? memchr(start, 0, (size_t)(end - start)) : NULL;
    if (nul == NULL) return NULL;
    *at = nul + 1;
    return start;
}

/* The next `count` of them, ended by NULL. */
static char **next_list(char **at, char *end, uint32_t count) {
    char **list = calloc((size_t)count + 1, sizeof *list);
    for (uint32_t i = 0; list != NULL && i < count; i++)
        if ((list[i] = next(at, end)) == NULL) return free(list), NULL;
    return list;
}

bool launch_words(struct launch_words *words, char *at, char *end, uint32_t argc, uint32_t envc) {
    size_t most = (size_t)(end - at);
    *words = (struct launch_words){0};
    if (argc == 0 || argc > most || envc > most) return false;
    words->cwd = next(&at, end);
    words->file = next(&at, end);
    words->argv = next_list(&at, end, argc);
    words->env = next_list(&at, end, envc);
    return words->cwd != NULL && words->file != NULL && words->argv != NULL && words->env != NULL;
}

void launch_words_free(struct launch_words *words) {
    free(words->argv);
    free(words->env);
}

_Noreturn void launch_failed(int report, uint32_t stage) {
    int32_t words[2] = {errno, (int32_t)stage};
    if (write(report, words, sizeof words) < 0) _exit(126);
    _exit(127);
}

void launch_signals(void) {
    sigset_t none;
    for (int s = 1; s < NSIG; s++) signal(s, SIG_DFL);
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
}

static bool is_in_path(const char *file) {
    const char *folders = getenv("PATH");
    char path[4096];
    for (const char *at = folders == NULL ? "" : folders; *at != 0;) {
        size_t length = strcspn(at, ":");
        if (snprintf(path, sizeof path, "%.*s/%s", (int)length, at, file) < (int)sizeof path && access(path, F_OK) == 0)
            return true;
        at += length + (at[length] == ':');
    }
    return false;
}

_Noreturn void launch_exec(int report, const struct launch_words *words) {
    const char *file = words->file;
    if (chdir(words->cwd) != 0) launch_failed(report, STAGE_CWD);
    environ = words->env;
    execvp(file, words->argv);
    /* A folder of PATH that nobody may enter makes execvp(3) say EACCES of a program that is nowhere. */
    if (errno == EACCES && strchr(file, '/') == NULL && !is_in_path(file)) errno = ENOENT;
    launch_failed(report, STAGE_EXEC);
}

pid_t launch(void (*become)(const void *what, int report), const void *what, uint32_t *stage) {
    int pipe_fds[2];
    *stage = STAGE_FORK;
    if (pipe2(pipe_fds, O_CLOEXEC) != 0) return -1;
    pid_t pid = fork();
    if (pid == 0) {
        become(what, pipe_fds[1]);
        _exit(126);
    }
    int saved = errno;
    close(pipe_fds[1]);
    /* The write end closes at exec: no word means that the program runs. */
    int32_t words[2];
    ssize_t got = -1;
    if (pid > 0) do got = read(pipe_fds[0], words, sizeof words);
        while (got < 0 && errno == EINTR);
    close(pipe_fds[0]);
    if (pid < 0) return errno = saved, -1;
    if (got != sizeof words) return pid;
    while (waitpid(pid, NULL, 0) < 0 && errno == EINTR) continue;
    errno = words[0];
    *stage = (uint32_t)words[1];
    return -1;
}
