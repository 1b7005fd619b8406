/* How the keeper becomes the root of a lab, before there is any host. */
#include <grp.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>

#include "keeper.h"

/* Folders of which every host has its own: sockets with path names would cross network namespaces there. */
const char *const HIDDEN[3] = {"/tmp", "/run", "/dev/shm"};

int make_folders(const char *path) {
    char part[PATH_MAX];
    size_t length = strlen(path);
    if (length >= sizeof part) return errno = ENAMETOOLONG, -1;
    for (size_t i = 1; i <= length; i++) {
        if (path[i] != '/' && path[i] != 0) continue;
        memcpy(part, path, i);
        part[i] = 0;
        if (mkdir(part, 0755) != 0 && errno != EEXIST) return -1;
    }
    return 0;
}

static int take_identity(enum mapping mapping) {
    /* Root of the machine is nobody in its own child namespace until it takes one of the mapped ids. */
    if (mapping != MAP_SELF && (setgroups(0, NULL) != 0 || setresgid(0, 0, 0) != 0 || setresuid(0, 0, 0) != 0)) return -1;
    /* setuid cleared both: without the first, /proc files of this process belong to the machine's root. */
    prctl(PR_SET_DUMPABLE, 1);
    return prctl(PR_SET_PDEATHSIG, SIGKILL);
}

static int attach(int mount_fd, const char *path) {
    int done = sys_move_mount(mount_fd, "", AT_FDCWD, path, MOVE_MOUNT_F_EMPTY_PATH);
    int saved = errno;
    close(mount_fd);
    errno = saved;
    return done;
}

static int write_new(const char *path, const char *text) {
    int fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0644);
    if (fd < 0) return -1;
    close(fd);
    return write_file(AT_FDCWD, path, text);
}

/*
 * The lab's own /tmp holds what hosts bind from: the names views, resolv.conf, and the folders that must
 * stay visible under a hidden one (keep.N). Hosts cover it with their own.
 */
static int build_store(const struct options *options, const char **step) {
    int keeps[KEEP_MAX];
    char path[64];
    *step = "keep";
    for (size_t i = 0; i < options->keep_count; i++) {
        keeps[i] = sys_open_tree(AT_FDCWD, options->keep[i], OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC | AT_RECURSIVE);
        if (keeps[i] < 0) return -1;
    }
    *step = "tmpfs";
    if (mount("netrig", "/tmp", "tmpfs", MS_NOSUID | MS_NODEV, "mode=0755") != 0) return -1;
    for (size_t i = 0; i < options->keep_count; i++) {
        snprintf(path, sizeof path, "/tmp/keep.%zu", i);
        if (mkdir(path, 0755) != 0 || attach(keeps[i], path) != 0) return -1;
    }
    *step = "resolv";
    return write_new("/tmp/resolv", "# Names of this lab are in /etc/hosts; there is no name server.\noptions timeout:1 attempts:1\n");
}

int lab_build(struct lab *lab, int *own, size_t own_count, const char **step) {
    const struct options *options = lab->options;
    *step = "identity";
    if (take_identity(lab->mapping) != 0) return -1;
    *step = "private";
    if (mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) != 0) return -1;
    *step = "own";
    for (size_t i = 0; i < own_count; i++)
        if (attach(own[i], options->own[i]) != 0) return -1;
    for (int i = 0; i < 3; i++) lab->hidden[i] = open(HIDDEN[i], O_PATH | O_DIRECTORY | O_CLOEXEC);
    /* A new /proc is refused where the machine's is masked, as in Docker (mount_too_revealing, fs/namespace.c). */
    *step = "proc";
    if (mount("proc", "/proc", "proc", MS_NOSUID | MS_NODEV | MS_NOEXEC, NULL) != 0) return -1;
    if (build_store(options, step) != 0) return -1;
    *step = "fabric";
    lab->fabric = open("/proc/self/ns/net", O_RDONLY | O_CLOEXEC);
    if (lab->fabric < 0) return -1;
    /* The fabric only forwards frames: its own ports must not speak, and duplicate detection costs seconds. */
    write_file(AT_FDCWD, "/proc/sys/net/ipv6/conf/default/disable_ipv6", "1");
    write_file(AT_FDCWD, "/proc/sys/net/ipv6/conf/all/disable_ipv6", "1");
    return 0;
}
