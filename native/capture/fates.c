#include "fates.h"

#include <errno.h>
#include <linux/if_packet.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "loop.h"

/* One link may be watched by one capture, and a capture of the lab watches none. */
struct trailer {
    uint64_t time;
    uint32_t size, side;
    char comment[112];
};

static int socket_fd = -1;
static uint32_t interfaces[2];

int fates_open(const uint32_t numbers[2], int fd) {
    if (socket_fd >= 0) {
        close(fd);
        return EBUSY;
    }
    int failed = loop_watch_tap(fd);

    if (failed != 0) {
        close(fd);
        return failed;
    }
    socket_fd = fd;
    memcpy(interfaces, numbers, sizeof interfaces);
    return 0;
}

bool fates_have(uint32_t number) {
    return socket_fd >= 0 && (interfaces[0] == number || interfaces[1] == number);
}

/* The kernel applies it to messages too, and what it does not let through is never sent. */
int fates_filter(const struct sock_filter *filter, size_t count) {
    struct sock_fprog program = {(unsigned short)count, (struct sock_filter *)filter};

    return setsockopt(socket_fd, SOL_SOCKET, SO_ATTACH_FILTER, &program, sizeof program) < 0 ? errno : 0;
}

static bool read_message(unsigned char *message, size_t got, struct trailer *trailer) {
    if (got < sizeof *trailer)
        return false;
    memcpy(trailer, message + got - sizeof *trailer, sizeof *trailer);
    trailer->comment[sizeof trailer->comment - 1] = '\0';
    return trailer->size == got - sizeof *trailer && trailer->side < 2;
}

bool fates_read(uint32_t *number, struct catch *caught) {
    static unsigned char message[FRAME_MAX];
    static struct trailer trailer;
    ssize_t got;

    if (socket_fd < 0)
        return false;
    while ((got = recv(socket_fd, message, sizeof message, MSG_DONTWAIT)) > 0) {
        if (!read_message(message, (size_t)got, &trailer))
            continue;
        *number = interfaces[trailer.side];
        *caught = (struct catch){
            .kind = PACKET_OUTGOING,
            .time = trailer.time,
            .data = message,
            .size = trailer.size,
            .original = trailer.size,
            .comment = trailer.comment,
        };
        return true;
    }
    /* The relay has ended, or watches no more. */
    if (got == 0) {
        close(socket_fd);
        socket_fd = -1;
    }
    return false;
}
