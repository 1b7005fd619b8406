/* Files and mounts of the machine. */
#include "attack.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

/* Opens for writing, and writes nothing: the permission is all that is asked for. */
static int may_write(const char *path) {
    int fd = open(path, O_WRONLY | O_CLOEXEC);
    return fd < 0 ? errno : (close(fd), 0);
}

static int core_pattern(const struct target *t) { return (void)t, may_write("/proc/sys/kernel/core_pattern"); }
static int swappiness(const struct target *t) { return (void)t, may_write("/proc/sys/vm/swappiness"); }
static int sysrq(const struct target *t) { return (void)t, may_write("/proc/sysrq-trigger"); }
static int passwd(const struct target *t) { return (void)t, may_write("/etc/passwd"); }
static int passwd_by_root(const struct target *t) { return (void)t, may_write("/proc/1/root/etc/passwd"); }
static int kcore(const struct target *t) {
    (void)t;
    int fd = open("/proc/kcore", O_RDONLY);
    return fd < 0 ? errno : (close(fd), 0);
}

static int etc_create(const struct target *t) {
    (void)t;
    int fd = open("/etc/netrig-attack", O_WRONLY | O_CREAT, 0600);
    if (fd < 0) return errno;
    unlink("/etc/netrig-attack");
    return 0;
}

/* A new /proc could be without the locks of the old one. */
static int proc_again(const struct target *t) {
    char path[128];
    if (mount("proc", t->folder, "proc", 0, NULL) != 0) return errno;
    snprintf(path, sizeof path, "%s/sys/kernel/core_pattern", t->folder);
    return may_write(path);
}

static int remount(const struct target *t) {
    (void)t;
    int error = EPERM;
    const char *paths[] = {"/proc/sys", "/sys", "/etc/hosts", "/etc/resolv.conf"};
    for (size_t i = 0; i < 4; i++) {
        /* Without MS_RDONLY, so that what was read-only would be writable. */
        if (mount(NULL, paths[i], NULL, MS_REMOUNT | MS_BIND, NULL) != 0) error = errno;
        else if (may_write(i == 0 ? "/proc/sys/vm/swappiness" : i == 1 ? "/sys/power/state" : paths[i]) == 0) return 0;
    }
    return error;
}

/* Below the mounts that make a host lie the machine's: /sys shows its interfaces, /run its sockets. */
static int uncover(const struct target *t) {
    (void)t;
    const char *paths[] = {"/sys", "/proc", "/etc/hosts", "/run", "/dev/shm", "/tmp"};
    for (size_t i = 0; i < sizeof paths / sizeof *paths; i++)
        if (umount2(paths[i], MNT_DETACH) == 0) return 0;
    return errno;
}

/* The way out of containers that was found in 2014: any file of the file system by its inode. */
static int by_handle(const struct target *t) {
    (void)t;
    union {
        struct file_handle handle;
        char room[sizeof(struct file_handle) + MAX_HANDLE_SZ];
    } of;
    int id, root = open("/etc", O_RDONLY | O_DIRECTORY);
    of.handle.handle_bytes = MAX_HANDLE_SZ;
    if (name_to_handle_at(root, "passwd", &of.handle, &id, 0) != 0) return errno;
    return said(open_by_handle_at(root, &of.handle, O_RDONLY));
}

static int make_node(const struct target *t) {
    char path[128];
    snprintf(path, sizeof path, "%s/node", t->folder);
    if (mknod(path, S_IFBLK | 0600, makedev(254, 0)) != 0) return errno;
    return unlink(path), 0;
}

/* Any of the machine's disks, and its memory. */
static int devices(const struct target *t) {
    (void)t;
    struct stat about;
    int error = ENOENT;
    DIR *dev = opendir("/dev");
    for (struct dirent *entry; dev != NULL && (entry = readdir(dev)) != NULL;) {
        bool memory = strcmp(entry->d_name, "mem") == 0 || strcmp(entry->d_name, "port") == 0;
        if (fstatat(dirfd(dev), entry->d_name, &about, AT_SYMLINK_NOFOLLOW) != 0) continue;
        if (!S_ISBLK(about.st_mode) && !memory) continue;
        if (openat(dirfd(dev), entry->d_name, O_RDONLY | O_NONBLOCK) >= 0) return 0;
        if (error == ENOENT || errno == EACCES || errno == EPERM) error = errno;
    }
    return error;
}

/* A device of the machine, mounted: ext4 and such are not for user namespaces. */
static int mount_disk(const struct target *t) {
    char line[256], name[64];
    FILE *parts = fopen("/proc/partitions", "r");
    int error = ENOENT;
    while (parts != NULL && fgets(line, sizeof line, parts) != NULL) {
        char path[96];
        if (sscanf(line, "%*d %*d %*d %63s", name) != 1) continue;
        snprintf(path, sizeof path, "/dev/%s", name);
        if (mount(path, t->folder, "ext4", MS_RDONLY, NULL) == 0) return 0;
        error = errno;
    }
    return error;
}

const struct attack file_attacks[] = {
    {"core-pattern", core_pattern, true},
    {"swappiness", swappiness, true},
    {"sysrq", sysrq, true},
    {"passwd", passwd, true},
    {"passwd-by-proc-root", passwd_by_root, false},
    {"etc-create", etc_create, true},
    {"kcore", kcore, false},
    {"proc-again", proc_again, false},
    {"remount-writable", remount, false},
    {"uncover", uncover, false},
    {"open-by-handle", by_handle, true},
    {"mknod", make_node, true},
    {"open-device", devices, true},
    {"mount-disk", mount_disk, false},
    {0},
};
