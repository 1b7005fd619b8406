#include "sys.h"

#include <string.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/uio.h>

#include "wire.h"

int write_file(int dir, const char *path, const char *text) {
    int fd = openat(dir, path, O_WRONLY | O_CLOEXEC);
    if (fd < 0) return -1;
    size_t length = strlen(text);
    /* Maps and sysctls take their text in one write. */
    ssize_t done = write(fd, text, length);
    int saved = errno;
    close(fd);
    errno = done < 0 ? saved : EIO;
    return done == (ssize_t)length ? 0 : -1;
}

void raise_file_limit(void) {
    struct rlimit limit;
    if (getrlimit(RLIMIT_NOFILE, &limit) != 0) return;
    limit.rlim_cur = limit.rlim_max;
    setrlimit(RLIMIT_NOFILE, &limit);
}

int child_signals(void) {
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, SIGCHLD);
    sigprocmask(SIG_SETMASK, &set, NULL);
    return signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
}

union control {
    char bytes[CMSG_SPACE(sizeof(int) * FDS_MAX)];
    struct cmsghdr align;
};

ssize_t send_fds(int fd, const void *data, size_t size, const int *fds, size_t count) {
    union control control;
    struct iovec io = {.iov_base = (void *)data, .iov_len = size};
    struct msghdr header = {.msg_iov = &io, .msg_iovlen = 1};
    if (count > 0) {
        memset(&control, 0, CMSG_SPACE(sizeof(int) * count));
        header.msg_control = control.bytes;
        header.msg_controllen = CMSG_SPACE(sizeof(int) * count);
        struct cmsghdr *c = CMSG_FIRSTHDR(&header);
        c->cmsg_level = SOL_SOCKET;
        c->cmsg_type = SCM_RIGHTS;
        c->cmsg_len = CMSG_LEN(sizeof(int) * count);
        memcpy(CMSG_DATA(c), fds, sizeof(int) * count);
    }
    ssize_t sent;
    do sent = sendmsg(fd, &header, MSG_NOSIGNAL);
    while (sent < 0 && errno == EINTR);
    return sent;
}

ssize_t receive_fds(int fd, void *data, size_t size, int *fds, size_t *count, int flags) {
    union control control;
    struct iovec io = {.iov_base = data, .iov_len = size};
    struct msghdr header = {
        .msg_iov = &io, .msg_iovlen = 1, .msg_control = control.bytes, .msg_controllen = sizeof control.bytes};
    size_t room = *count;
    *count = 0;
    ssize_t got;
    do got = recvmsg(fd, &header, flags | MSG_CMSG_CLOEXEC);
    while (got < 0 && errno == EINTR);
    if (got < 0) return -1;
    for (struct cmsghdr *c = CMSG_FIRSTHDR(&header); c != NULL; c = CMSG_NXTHDR(&header, c)) {
        if (c->cmsg_level != SOL_SOCKET || c->cmsg_type != SCM_RIGHTS) continue;
        size_t came = (c->cmsg_len - CMSG_LEN(0)) / sizeof(int);
        for (size_t i = 0; i < came; i++) {
            int one;
            memcpy(&one, CMSG_DATA(c) + i * sizeof(int), sizeof one);
            if (*count < room) fds[(*count)++] = one;
            else close(one);
        }
    }
    return got;
}

void close_all(int *fds, size_t count) {
    for (size_t i = 0; i < count; i++) close(fds[i]);
}
