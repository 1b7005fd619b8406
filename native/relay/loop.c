#include "loop.h"

#include <errno.h>
#include <stdbool.h>
#include <stddef.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/timerfd.h>
#include <unistd.h>

#include "clock.h"
#include "control.h"
#include "direction.h"

enum { EVENTS = 64, PUMPS = 256 };

static int epoll = -1;
static int timer = -1;
static uint64_t armed_for;
/* Their addresses tell their events from those of ports. */
static char is_control;
static char is_timer;

static int watch(int fd, void *what) {
    struct epoll_event event = {.events = EPOLLIN, .data.ptr = what};

    return epoll_ctl(epoll, EPOLL_CTL_ADD, fd, &event) < 0 ? -errno : 0;
}

int loop_watch(int fd, struct direction *direction) {
    return watch(fd, direction);
}

int loop_open(int control) {
    epoll = epoll_create1(EPOLL_CLOEXEC);
    timer = timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK | TFD_CLOEXEC);
    if (epoll < 0 || timer < 0)
        return -errno;
    int failed = watch(control, &is_control);

    return failed < 0 ? failed : watch(timer, &is_timer);
}

/* The first thing due sets the timer; one that passed already rings at once. */
static void arm_timer(void) {
    struct heap_item *first = heap_first();
    uint64_t due = first ? first->due : 0;

    if (due == armed_for)
        return;
    struct itimerspec when = {
        .it_value =
            {
                .tv_sec = (time_t)(due / NANOSECONDS_PER_SECOND),
                .tv_nsec = (long)(due % NANOSECONDS_PER_SECOND),
            },
    };

    timerfd_settime(timer, TFD_TIMER_ABSTIME, &when, NULL);
    armed_for = due;
}

static void read_timer(void) {
    uint64_t expirations;

    /* It is no longer armed, so the same time must be set again. */
    if (read(timer, &expirations, sizeof expirations) > 0)
        armed_for = 0;
}

/* A device that went leaves an error on its socket, which would wake us for ever. */
static void clear_error(const struct direction *direction) {
    int error;
    socklen_t size = sizeof error;

    for (unsigned i = 0; i < direction->from->count; i++)
        getsockopt(direction->from->fds[i], SOL_SOCKET, SO_ERROR, &error, &size);
}

static void pump_due(void) {
    uint64_t now = clock_now();

    for (int i = 0; i < PUMPS; i++) {
        struct heap_item *first = heap_first();

        if (first == NULL || first->due > now)
            return;
        direction_pump((struct direction *)first, now);
    }
}

void loop_run(void) {
    struct epoll_event events[EVENTS];
    bool open = true;

    while (open) {
        bool command = false;

        arm_timer();
        int count = epoll_wait(epoll, events, EVENTS, -1);

        for (int i = 0; i < count; i++) {
            if (events[i].data.ptr == &is_control) {
                command = true;
            } else if (events[i].data.ptr == &is_timer) {
                read_timer();
            } else {
                if (events[i].events & EPOLLERR)
                    clear_error(events[i].data.ptr);
                direction_receive(events[i].data.ptr);
            }
        }
        pump_due();
        /* Last, since a command may free what another event of this round points to. */
        if (command)
            open = control_read();
    }
}
