/* Single steps into a host's network namespace. The keeper has one thread, so nobody else is moved along. */
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>

#include "keeper.h"

int namespace_of(pid_t pid, const char *kind) {
    char path[64];
    snprintf(path, sizeof path, "/proc/%d/ns/%s", pid, kind);
    return open(path, O_RDONLY | O_CLOEXEC);
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
