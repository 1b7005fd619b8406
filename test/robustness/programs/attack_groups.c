/* Control groups: limits undone, left, or seen. */
#include "attack.h"

#include <fcntl.h>
#include <ftw.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

static const char *top;
static bool unified;
static int opened;

static int look(const char *path, const struct stat *about, int type, struct FTW *at) {
    (void)about;
    const char *name = path + at->base;
    const char *const control[] = {"cgroup.procs",    "tasks",    "cgroup.subtree_control", "cgroup.freeze",
                                   "cgroup.kill",     "memory.max", "memory.limit_in_bytes", "pids.max",
                                   "cpu.max",         "cpu.cfs_quota_us", "release_agent",  "notify_on_release"};
    if (type == FTW_D) {
        char child[4096];
        snprintf(child, sizeof child, "%s/attack", path);
        if (mkdir(child, 0755) == 0) return rmdir(child), opened = 1;
        return 0;
    }
    for (size_t i = 0; i < sizeof control / sizeof *control; i++) {
        if (strcmp(name, control[i]) != 0) continue;
        /* A host may put its processes where they are. */
        if (unified && at->level == 1 && strcmp(name, "cgroup.procs") == 0) continue;
        int fd = open(path, O_WRONLY);
        if (fd >= 0) return close(fd), opened = 1;
    }
    return 0;
}

/* Mounts a hierarchy anew, and tries all that could be turned in it. */
static int turn(const char *folder, const char *type, const char *options) {
    if (mount("none", folder, type, 0, options) != 0) return errno;
    top = folder;
    unified = strcmp(type, "cgroup2") == 0;
    nftw(folder, look, 16, FTW_PHYS | FTW_MOUNT);
    return opened ? 0 : EACCES;
}

static int v2(const struct target *t) { return turn(t->folder, "cgroup2", NULL); }
static int v1_memory(const struct target *t) { return turn(t->folder, "cgroup", "memory"); }
static int v1_pids(const struct target *t) { return turn(t->folder, "cgroup", "pids"); }
static int v1_devices(const struct target *t) { return turn(t->folder, "cgroup", "devices"); }

static int of_machine(const struct target *t) {
    (void)t;
    unified = false;
    nftw("/sys/fs/cgroup", look, 16, FTW_PHYS);
    return opened ? 0 : EACCES;
}

const struct attack group_attacks[] = {
    {"groups-v2", v2, false},        {"groups-v1-memory", v1_memory, false},
    {"groups-v1-pids", v1_pids, false}, {"groups-v1-devices", v1_devices, false},
    {"groups-of-machine", of_machine, false}, {0},
};
