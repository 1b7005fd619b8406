#include "start.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include "keeper.h"

enum { FIELDS = 6, BODY_MAX = 8 << 20 };

struct body {
    uint32_t tag, argc, envc, fdc, umask, terminal;
    uint32_t numbers[PROGRAM_FDS_MAX];
    char *cwd, *file;
    char **argv, **env;
};

/* The next NUL-ended string, or NULL when the body ends before it does. */
static char *next(char **at, char *end) {
    char *start = *at;
    char *nul = start < end ? memchr(start, 0, (size_t)(end - start)) : NULL;
    if (nul == NULL) return NULL;
    *at = nul + 1;
    return start;
}

static char **next_list(char **at, char *end, uint32_t count) {
    char **list = calloc((size_t)count + 1, sizeof *list);
    for (uint32_t i = 0; list != NULL && i < count; i++)
        if ((list[i] = next(at, end)) == NULL) return free(list), NULL;
    return list;
}

static bool parse(struct body *body, char *text, size_t size) {
    size_t fixed = FIELDS * sizeof(uint32_t);
    if (size < fixed) return false;
    memcpy(body, text, fixed);
    char *at = text + fixed, *end = text + size;
    if (body->fdc > PROGRAM_FDS_MAX || body->argc == 0 || body->argc > size || body->envc > size) return false;
    if ((size_t)(end - at) < body->fdc * sizeof(uint32_t)) return false;
    memcpy(body->numbers, at, body->fdc * sizeof(uint32_t));
    at += body->fdc * sizeof(uint32_t);
    body->cwd = next(&at, end);
    body->file = next(&at, end);
    body->argv = next_list(&at, end, body->argc);
    body->env = next_list(&at, end, body->envc);
    return body->cwd != NULL && body->file != NULL && body->argv != NULL && body->env != NULL;
}

static _Noreturn void report(int fd, uint32_t stage) {
    int32_t words[2] = {errno, (int32_t)stage};
    if (write(fd, words, sizeof words) < 0) _exit(126);
    _exit(127);
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

/* In the child: becomes the program, or says why not. */
static _Noreturn void become(const struct body *body, const int *fds, uint32_t process_limit, int report_fd) {
    enum { ABOVE = 512 };
    sigset_t none;
    setsid();
    for (int s = 1; s < NSIG; s++) signal(s, SIG_DFL);
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
    report_fd = fcntl(report_fd, F_DUPFD_CLOEXEC, ABOVE);
    int high[PROGRAM_FDS_MAX];
    for (uint32_t i = 0; i < body->fdc; i++) high[i] = fcntl(fds[i], F_DUPFD_CLOEXEC, ABOVE);
    for (uint32_t i = 0; i < body->fdc; i++)
        if (high[i] < 0 || body->numbers[i] >= ABOVE || dup2(high[i], (int)body->numbers[i]) < 0) report(report_fd, STAGE_REQUEST);
    /* The controlling terminal of the session just made, so that a shell has jobs. */
    if (body->terminal == 1) ioctl(0, TIOCSCTTY, 0);
    umask(body->umask);
    if (process_limit != 0) {
        struct rlimit limit = {process_limit, process_limit};
        setrlimit(RLIMIT_NPROC, &limit);
    }
    if (chdir(body->cwd) != 0) report(report_fd, STAGE_CWD);
    environ = body->env;
    execvp(body->file, body->argv);
    /* A folder of PATH that nobody may enter makes execvp(3) say EACCES of a program that is nowhere. */
    if (errno == EACCES && strchr(body->file, '/') == NULL && !is_in_path(body->file)) errno = ENOENT;
    report(report_fd, STAGE_EXEC);
}

static pid_t run(const struct body *body, const int *fds, uint32_t process_limit, uint32_t *stage) {
    int pipe_fds[2];
    *stage = STAGE_FORK;
    if (pipe2(pipe_fds, O_CLOEXEC) != 0) return -1;
    pid_t pid = fork();
    if (pid == 0) become(body, fds, process_limit, pipe_fds[1]);
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

pid_t program_start(int connection, uint32_t process_limit, uint32_t *tag, uint32_t *stage) {
    struct program_start start;
    struct body body = {0};
    int fds[FDS_MAX];
    size_t fd_count = FDS_MAX;
    pid_t pid = -1;
    ssize_t got = receive_fds(connection, &start, sizeof start, fds, &fd_count, MSG_DONTWAIT);
    char *text = MAP_FAILED;
    errno = EPROTO;
    if (got != sizeof start || start.magic != PROGRAM_MAGIC || fd_count == 0 || start.size > BODY_MAX) goto out;
    text = mmap(NULL, start.size, PROT_READ | PROT_WRITE, MAP_PRIVATE, fds[0], 0);
    if (text == MAP_FAILED) goto out;
    if (!parse(&body, text, start.size) || body.fdc != fd_count - 1) {
        errno = EPROTO;
        goto out;
    }
    *tag = body.tag;
    pid = run(&body, fds + 1, process_limit, stage);
out:;
    int saved = errno;
    if (text != MAP_FAILED) munmap(text, start.size);
    free(body.argv);
    free(body.env);
    close_all(fds, fd_count);
    errno = saved;
    return pid;
}
