/* Single steps into a host's namespaces. The keeper has one thread, so nobody else is moved along. */
#include <linux/openat2.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>

#include "keeper.h"

int namespace_of(pid_t pid, const char *kind) {
    char path[64];
    snprintf(path, sizeof path, "/proc/%d/ns/%s", pid, kind);
    return open(path, O_RDONLY | O_CLOEXEC);
}

/* A file that everybody in a host may write; made when it is not there. Where links lead is the host's own affair. */
int file_in(pid_t pid, const char *path) {
    char root[64];
    snprintf(root, sizeof root, "/proc/%d/root", pid);
    int folder = open(root, O_PATH | O_DIRECTORY | O_CLOEXEC);
    if (folder < 0) return -1;
    struct open_how how = {.flags = O_RDWR | O_CREAT | O_NONBLOCK | O_CLOEXEC,
                           .mode = 0666,
                           .resolve = RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS};
    int fd = (int)syscall(SYS_openat2, folder, path, &how, sizeof how), saved = errno;
    close(folder);
    /* The mode of a new file has lost what this process's umask takes. */
    if (fd >= 0) fchmod(fd, 0666);
    errno = saved;
    return fd;
}

static void back(struct lab *lab) {
    /* Staying in a host's network would be worse than the end of the lab. */
    if (setns(lab->fabric, CLONE_NEWNET) != 0) _exit(1);
}

int socket_in(struct lab *lab, int netns, int domain, int type, int protocol) {
    if (setns(netns, CLONE_NEWNET) != 0) return -1;
    int fd = socket(domain, type | SOCK_CLOEXEC, protocol);
    int saved = errno;
    back(lab);
    errno = saved;
    return fd;
}

int sysctl_in(struct lab *lab, int netns, const char *path, const char *value) {
    char whole[256];
    /* /proc/sys/net shows the namespace of the process that opens it, not that of the mount (proc_sysctl.c). */
    if (strstr(path, "..") != NULL || snprintf(whole, sizeof whole, "/proc/sys/%s", path) >= (int)sizeof whole)
        return errno = EINVAL, -1;
    if (setns(netns, CLONE_NEWNET) != 0) return -1;
    int done = write_file(AT_FDCWD, whole, value);
    int saved = errno;
    back(lab);
    errno = saved;
    return done;
}
