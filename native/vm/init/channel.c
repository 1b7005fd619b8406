#include <errno.h>
#include <fcntl.h>
#include <sys/ioctl.h>

#include "init.h"

int channel_device(void) {
    return open(NETRIG_DEVICE, O_RDWR | O_CLOEXEC);
}

ssize_t channel_receive(int fd, void *data, size_t size, int *fds, size_t *count) {
    struct netrig_message message = {.data = (uintptr_t)data, .size = (uint32_t)size};
    int got;
    do got = ioctl(fd, NETRIG_RECEIVE, &message);
    while (got < 0 && errno == EINTR);
    *count = got < 0 ? 0 : message.nfds;
    for (size_t i = 0; i < *count; i++) fds[i] = message.fds[i];
    return got;
}
