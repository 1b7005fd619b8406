#include <grp.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <time.h>

#include "../../common/sys.h"
#include "init.h"

enum { PIPE_SIZE = 1 << 20, FILES_MAX = 1 << 20 };

struct given {
    const struct body *body;
    int fds[3];
    int slave;
    int group; /* cgroup.procs, or -1 */
};

static void limit(int what, uint64_t soft, uint64_t hard) {
    struct rlimit now;
    if (getrlimit(what, &now) != 0) return;
    if (hard != 0) now.rlim_max = hard;
    now.rlim_cur = soft < now.rlim_max ? soft : now.rlim_max;
    setrlimit(what, &now);
}

/* In the child: becomes the command, or says why not. */
static void become(const void *what, int report) {
    enum { ABOVE = 100 };
    const struct given *given = what;
    const struct body *body = given->body;
    const struct vm_body *head = &body->head;
    setsid();
    launch_signals();
    if (given->group >= 0 && write(given->group, "0", 1) < 0) launch_failed(report, STAGE_FORK);
    if (given->slave >= 0) ioctl(given->slave, TIOCSCTTY, 0);
    report = fcntl(report, F_DUPFD_CLOEXEC, ABOVE);
    int high[3];
    for (int i = 0; i < 3; i++) high[i] = fcntl(given->fds[i], F_DUPFD_CLOEXEC, ABOVE);
    for (int i = 0; i < 3; i++)
        if (high[i] < 0 || dup2(high[i], i) < 0) launch_failed(report, STAGE_REQUEST);
    limit(RLIMIT_NOFILE, head->files, FILES_MAX);
    limit(RLIMIT_STACK, head->stack, 0);
    umask(head->umask);
    if (setgroups(head->groups, body->groups) != 0 || setresgid(head->gid, head->gid, head->gid) != 0 ||
        setresuid(head->uid, head->uid, head->uid) != 0)
        launch_failed(report, STAGE_REQUEST);
    /* The watchdog outside learns names at task switches, and a command that spins never makes one. */
    const char *file = body->words.file, *name = strrchr(file, '/');
    prctl(PR_SET_NAME, name == NULL ? file : name + 1);
    nanosleep(&(struct timespec){0, 1}, NULL);
    launch_exec(report, &body->words);
}

static int open_terminal(const struct vm_body *head, struct given *given, struct ends *ends) {
    struct termios settings = head->terminal;
    struct winsize size = {.ws_row = head->rows, .ws_col = head->columns};
    char name[32];
    int number, zero = 0;
    ends->terminal = open("/dev/ptmx", O_RDWR | O_NOCTTY | O_CLOEXEC);
    if (ends->terminal < 0 || ioctl(ends->terminal, TIOCGPTN, &number) != 0 || ioctl(ends->terminal, TIOCSPTLCK, &zero) != 0)
        return -1;
    snprintf(name, sizeof name, "/dev/pts/%d", number);
    given->slave = open(name, O_RDWR | O_NOCTTY | O_CLOEXEC);
    if (given->slave < 0) return -1;
    /* Where the terminal outside goes on translating, once is enough. */
    if (!head->raw) settings.c_oflag &= (tcflag_t)~OPOST;
    tcsetattr(given->slave, TCSANOW, &settings);
    ioctl(given->slave, TIOCSWINSZ, &size);
    /* grantpt(3)'s part: programs open /dev/tty and their own terminal by its name. */
    return fchown(given->slave, head->uid, (gid_t)-1);
}

static int open_pipe(const struct vm_body *head, int *theirs, int *ours, bool inwards) {
    int pair[2];
    if (pipe2(pair, O_CLOEXEC) != 0) return -1;
    fcntl(pair[0], F_SETPIPE_SZ, PIPE_SIZE);
    /* `echo > /dev/stderr` opens it anew, which asks for the rights of its owner. */
    if (fchown(pair[0], head->uid, head->gid) != 0) return -1;
    *theirs = pair[inwards ? 0 : 1];
    *ours = pair[inwards ? 1 : 0];
    return 0;
}

static int open_ends(const struct body *body, int lazy, struct given *given, struct ends *ends) {
    uint32_t terminals = body->head.terminals;
    int *ours[3] = {&ends->in, &ends->out, &ends->err};
    if (terminals != 0 && open_terminal(&body->head, given, ends) != 0) return -1;
    for (int i = 0; i < 3; i++) {
        if (terminals & (1U << i)) given->fds[i] = given->slave;
        else if (i == 0 && lazy >= 0) given->fds[i] = lazy;
        else if (open_pipe(&body->head, &given->fds[i], ours[i], i == 0) != 0) return -1;
    }
    return 0;
}

pid_t start(const struct body *body, int lazy, int group, struct ends *ends, uint32_t *stage) {
    struct given given = {.body = body, .fds = {-1, -1, -1}, .slave = -1, .group = group};
    *ends = (struct ends){-1, -1, -1, -1};
    *stage = STAGE_REQUEST;
    pid_t pid = -1;
    if (open_ends(body, lazy, &given, ends) == 0) pid = launch(become, &given, stage);
    int saved = errno;
    for (int i = 0; i < 3; i++)
        if (given.fds[i] >= 0 && given.fds[i] != given.slave && given.fds[i] != lazy) close(given.fds[i]);
    if (given.slave >= 0) close(given.slave);
    if (pid < 0) {
        int all[4] = {ends->in, ends->out, ends->err, ends->terminal};
        for (int i = 0; i < 4; i++)
            if (all[i] >= 0) close(all[i]);
    }
    errno = saved;
    return pid;
}
