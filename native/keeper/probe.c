/*
 * keeper --probe [--tame BASE] [FOLDER...]: tries what a lab is made of, each in namespaces of its own that
 * are gone with the try, and prints one line for each:
 *
 *     NAME ok
 *     NAME ERRNO STEP        ERRNO a number, STEP a word
 *
 * FOLDERs are tried as idmapped mounts: idmap.0, idmap.1... Asking a file of /proc/sys would not do: AppArmor,
 * seccomp and masked mounts refuse what those files allow. src/kernel/probe/ reads this.
 */
#include <grp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>

#include "keeper.h"
#include "probe.h"

enum { PATIENCE = 5 /* seconds for one try */ };

static const struct probe {
    const char *name;
    uint64_t flags; /* besides CLONE_NEWUSER */
    try_fn *run;    /* NULL: the namespaces themselves are the try */
} PROBES[] = {
    {"user", 0, NULL},
    {"nested", 0, probe_nested},
    {"pid", CLONE_NEWPID, NULL},
    {"mount", CLONE_NEWNS, NULL},
    {"net", CLONE_NEWNET, NULL},
    {"uts", CLONE_NEWUTS, NULL},
    {"ipc", CLONE_NEWIPC, NULL},
    {"cgroup", CLONE_NEWCGROUP, NULL},
    {"proc", CLONE_NEWNS | CLONE_NEWPID, probe_proc},
    {"sysfs", CLONE_NEWNS | CLONE_NEWNET, probe_sysfs},
    {"tmpfs", CLONE_NEWNS, probe_tmpfs},
    {"overlay", CLONE_NEWNS, probe_overlay},
    {"veth", CLONE_NEWNET, probe_veth},
    {"bridge", CLONE_NEWNET, probe_bridge},
    {"redirect", CLONE_NEWNET, probe_redirect},
    {"netem", CLONE_NEWNET, probe_netem},
    {"tbf", CLONE_NEWNET, probe_tbf},
    {"packet", CLONE_NEWNET, probe_packet},
    {"nft.ingress", CLONE_NEWNET, probe_nft_ingress},
    {"nft.egress", CLONE_NEWNET, probe_nft_egress},
    {"destroy", CLONE_NEWNET, probe_destroy},
    {"tun", CLONE_NEWNET, probe_tun},
};

static unsigned map_base; /* 0: the one own id, as an ordinary user's lab has it */

static int write_maps(pid_t pid) {
    char path[64], map[64];
    snprintf(path, sizeof path, "/proc/%d/setgroups", pid);
    if (map_base == 0 && write_file(AT_FDCWD, path, "deny") != 0) return -1;
    for (int i = 0; i < 2; i++) {
        if (map_base == 0) snprintf(map, sizeof map, "0 %u 1", i == 0 ? geteuid() : getegid());
        else snprintf(map, sizeof map, "0 %u 65536", map_base);
        snprintf(path, sizeof path, "/proc/%d/%s", pid, i == 0 ? "uid_map" : "gid_map");
        if (write_file(AT_FDCWD, path, map) != 0) return -1;
    }
    return 0;
}

/* How a room tells its result: it exits with errno, after writing the step. */
static _Noreturn void in_room(const struct probe *probe, int go, int out) {
    const char *step = "identity";
    char byte;
    alarm(PATIENCE);
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (read(go, &byte, 1) != 1) _exit(ECANCELED);
    int done = map_base != 0 ? setgroups(0, NULL) : 0;
    if (done == 0) done = setresgid(0, 0, 0);
    if (done == 0) done = setresuid(0, 0, 0);
    if (done == 0 && probe->run != NULL) done = probe->run(&step);
    if (done == 0) _exit(0);
    int saved = errno == 0 ? EIO : errno;
    if (write(out, step, strlen(step)) < 0) _exit(EPIPE);
    _exit(saved);
}

/* A process in new namespaces that waits for a byte on *go; its pid, or -1 with errno and *step. */
static pid_t make_room(const struct probe *probe, int *go, int *out, const char **step) {
    int starts[2], results[2];
    *step = "pipe";
    if (pipe2(starts, O_CLOEXEC) != 0) return -1;
    if (pipe2(results, O_CLOEXEC) != 0) return close_all(starts, 2), -1;
    struct clone_args args = {.flags = CLONE_NEWUSER | probe->flags, .exit_signal = SIGCHLD};
    *step = "clone3";
    pid_t pid = sys_clone3(&args);
    if (pid == 0) {
        /* Else its own read would keep the pipe open when the parent gives up. */
        close(starts[1]);
        in_room(probe, starts[0], results[1]);
    }
    int saved = errno;
    close(starts[0]);
    close(results[1]);
    *go = starts[1], *out = results[0];
    if (pid < 0) close_all((int[]){*go, *out}, 2);
    errno = saved;
    return pid;
}

static int status_errno(pid_t pid) {
    int status = 0;
    while (waitpid(pid, &status, 0) < 0 && errno == EINTR) continue;
    if (WIFEXITED(status)) return WEXITSTATUS(status);
    return WIFSIGNALED(status) && WTERMSIG(status) == SIGALRM ? ETIMEDOUT : ECHILD;
}

/* Makes a room, maps its ids, calls outside (may be NULL) meanwhile, lets it run; 0 or errno and step. */
static int run(const struct probe *probe, int (*outside)(pid_t, const char *), const char *folder, char *step, size_t size) {
    int go, out, error = 0;
    const char *where;
    pid_t pid = make_room(probe, &go, &out, &where);
    if (pid < 0) {
        error = errno;
        snprintf(step, size, "%s", where);
        return error;
    }
    if (write_maps(pid) != 0) error = errno, snprintf(step, size, "map");
    else if (outside != NULL && outside(pid, folder) != 0) error = errno, snprintf(step, size, "mount_setattr");
    else if (write(go, "", 1) != 1) error = errno, snprintf(step, size, "go");
    close(go);
    char text[32];
    ssize_t got = read(out, text, sizeof text - 1);
    close(out);
    int inside = status_errno(pid);
    if (error != 0 || inside == 0) return error;
    snprintf(step, size, "%.*s", got > 0 ? (int)got : 4, got > 0 ? text : "died");
    return inside;
}

static int idmap(pid_t pid, const char *folder) {
    char path[64];
    snprintf(path, sizeof path, "/proc/%d/ns/user", pid);
    int userns = open(path, O_RDONLY | O_CLOEXEC);
    if (userns < 0) return -1;
    int tree = sys_open_tree(AT_FDCWD, folder, OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC);
    struct mount_attr attr = {.attr_set = MOUNT_ATTR_IDMAP, .userns_fd = (uint64_t)userns};
    int done = tree < 0 ? -1 : sys_mount_setattr(tree, "", AT_EMPTY_PATH, &attr);
    int saved = errno;
    if (tree >= 0) close(tree);
    close(userns);
    errno = saved;
    return done;
}

static void report(const char *name, int error, const char *step) {
    if (error == 0) printf("%s ok\n", name);
    else printf("%s %d %s\n", name, error, step);
    fflush(stdout);
}

int probe_main(int argc, char **argv) {
    static const struct probe empty = {"idmap", 0, NULL};
    char step[32], name[32];
    int at = 1;
    if (argc > 2 && strcmp(argv[1], "--tame") == 0) map_base = (unsigned)strtoul(argv[2], NULL, 10), at = 3;
    for (size_t i = 0; i < sizeof PROBES / sizeof *PROBES; i++)
        report(PROBES[i].name, run(&PROBES[i], NULL, NULL, step, sizeof step), step);
    for (int i = at; i < argc; i++) {
        snprintf(name, sizeof name, "idmap.%d", i - at);
        report(name, run(&empty, idmap, argv[i], step, sizeof step), step);
    }
    return 0;
}
