#include "watch.h"

#include <errno.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "clock.h"
#include "link.h"

_Static_assert(sizeof(struct watch_trailer) == 128, "native/capture/wire.c reads trailers of 128 bytes");

struct watch {
    int fd;
    uint64_t missed; /* for which there was no room */
};

int watch_begin(struct link *link, int fd) {
    struct watch *watch = malloc(sizeof *watch);

    if (watch == NULL) {
        close(fd);
        return -ENOMEM;
    }
    watch_end(link);
    *watch = (struct watch){.fd = fd};
    link->watch = watch;
    return 0;
}

void watch_end(struct link *link) {
    if (link->watch == NULL)
        return;
    close(link->watch->fd);
    free(link->watch);
    link->watch = NULL;
}

static uint64_t wall_clock(void) {
    struct timespec now;

    clock_gettime(CLOCK_REALTIME, &now);
    return (uint64_t)now.tv_sec * NANOSECONDS_PER_SECOND + (uint64_t)now.tv_nsec;
}

static bool send_note(const struct watch *watch, const struct packet *packet, struct watch_trailer *trailer) {
    static unsigned char bytes[FRAME_MAX];

    packet_write(packet, bytes);
    struct iovec parts[2] = {{bytes, trailer->size}, {trailer, sizeof *trailer}};
    struct msghdr message = {.msg_iov = parts, .msg_iovlen = 2};

    return sendmsg(watch->fd, &message, MSG_DONTWAIT | MSG_NOSIGNAL) >= 0;
}

void watch_note(const struct direction *direction, const struct packet *packet, const char *format, ...) {
    struct watch *watch = direction->link->watch;
    va_list arguments;

    if (watch == NULL)
        return;
    struct watch_trailer trailer = {
        .time = wall_clock(), .size = packet_size(packet), .side = direction->side};
    int at = 0;

    if (watch->missed > 0)
        at = snprintf(trailer.comment, sizeof trailer.comment, "(%llu not shown before) ",
                      (unsigned long long)watch->missed);
    va_start(arguments, format);
    vsnprintf(trailer.comment + at, sizeof trailer.comment - (size_t)at, format, arguments);
    va_end(arguments);
    if (send_note(watch, packet, &trailer))
        watch->missed = 0;
    else if (errno == EPIPE || errno == ECONNRESET)
        watch_end(direction->link);
    else
        watch->missed++;
}
