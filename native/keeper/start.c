#include "start.h"

#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>

#include "keeper.h"

enum { FIELDS = 6, BODY_MAX = 8 << 20 };

struct body {
    uint32_t tag, argc, envc, fdc, umask, terminal;
    uint32_t numbers[PROGRAM_FDS_MAX];
    struct launch_words words;
};

static bool parse(struct body *body, char *text, size_t size) {
    size_t fixed = FIELDS * sizeof(uint32_t);
    if (size < fixed) return false;
    memcpy(body, text, fixed);
    char *at = text + fixed, *end = text + size;
    if (body->fdc > PROGRAM_FDS_MAX || (size_t)(end - at) < body->fdc * sizeof(uint32_t)) return false;
    memcpy(body->numbers, at, body->fdc * sizeof(uint32_t));
    at += body->fdc * sizeof(uint32_t);
    return launch_words(&body->words, at, end, body->argc, body->envc);
}

struct program {
    const struct body *body;
    const int *fds;
    uint32_t process_limit;
};

/* In the child: becomes the program, or says why not. */
static void become(const void *what, int report) {
    enum { ABOVE = 512 };
    const struct program *program = what;
    const struct body *body = program->body;
    setsid();
    launch_signals();
    report = fcntl(report, F_DUPFD_CLOEXEC, ABOVE);
    int high[PROGRAM_FDS_MAX];
    for (uint32_t i = 0; i < body->fdc; i++) high[i] = fcntl(program->fds[i], F_DUPFD_CLOEXEC, ABOVE);
    for (uint32_t i = 0; i < body->fdc; i++)
        if (high[i] < 0 || body->numbers[i] >= ABOVE || dup2(high[i], (int)body->numbers[i]) < 0)
            launch_failed(report, STAGE_REQUEST);
    /* The controlling terminal of the session just made, so that a shell has jobs. */
    if (body->terminal == 1) ioctl(0, TIOCSCTTY, 0);
    umask(body->umask);
    if (program->process_limit != 0) {
        struct rlimit limit = {program->process_limit, program->process_limit};
        setrlimit(RLIMIT_NPROC, &limit);
    }
    launch_exec(report, &body->words);
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
    pid = launch(become, &(struct program){&body, fds + 1, process_limit}, stage);
out:;
    int saved = errno;
    if (text != MAP_FAILED) munmap(text, start.size);
    launch_words_free(&body.words);
    close_all(fds, fd_count);
    errno = saved;
    return pid;
}
