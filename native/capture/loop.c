#include "loop.h"

#include <errno.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/epoll.h>
#include <sys/socket.h>

#include "request.h"
#include "session.h"

enum { EVENTS = 16 };
enum event { ANSWERS = 1, REQUESTS = 2, TAP = 4 };

static int epoll = -1;

static int watch(int fd, enum event what, uint32_t events) {
    struct epoll_event event = {.events = events, .data.u64 = (uint64_t)fd << 32 | what};

    return epoll_ctl(epoll, EPOLL_CTL_ADD, fd, &event) < 0 ? errno : 0;
}

int loop_open(int answers, int requests) {
    epoll = epoll_create1(EPOLL_CLOEXEC);
    if (epoll < 0)
        return errno;
    int failed = watch(answers, ANSWERS, EPOLLRDHUP);

    return failed != 0 ? failed : watch(requests, REQUESTS, EPOLLIN);
}

int loop_watch_tap(int fd) {
    return watch(fd, TAP, EPOLLIN);
}

/* A device that goes down puts an error on its socket, which else would ring for ever. */
static void clear_error(int fd) {
    int error;
    socklen_t size = sizeof error;

    getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &size);
}

void loop_run(void) {
    struct epoll_event events[EVENTS];
    bool open = true;

    while (open) {
        unsigned happened = 0;
        int count = epoll_wait(epoll, events, EVENTS, -1);

        for (int i = 0; i < count; i++) {
            happened |= (unsigned)events[i].data.u64;
            if ((events[i].data.u64 & TAP) && (events[i].events & EPOLLERR))
                clear_error((int)(events[i].data.u64 >> 32));
        }
        if (happened & TAP)
            session_drain();
        if (happened & REQUESTS)
            open = request_take();
        if (happened & ANSWERS)
            open = false;
    }
}
