#include "loop.h"

#include <errno.h>
#include <stdbool.h>
#include <stddef.h>
#include <sys/epoll.h>
#include <sys/timerfd.h>
#include <unistd.h>

#include "clock.h"
#include "control.h"
#include "heap.h"
#include "intake.h"

enum { EVENTS = 32, PUMPS = 256 };

static int epoll = -1;
static int timer = -1;
static uint64_t armed_for;

enum event { CONTROL = 1, TIMER = 2, TAP = 4 };

static int watch(int fd, enum event what) {
    struct epoll_event event = {.events = EPOLLIN, .data.u32 = what};

    return epoll_ctl(epoll, EPOLL_CTL_ADD, fd, &event) < 0 ? -errno : 0;
}

int loop_watch_tap(int fd) {
    return watch(fd, TAP);
}

int loop_open(int control) {
    epoll = epoll_create1(EPOLL_CLOEXEC);
    timer = timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK | TFD_CLOEXEC);
    if (epoll < 0 || timer < 0)
        return -errno;
    int failed = watch(control, CONTROL);

    return failed < 0 ? failed : watch(timer, TIMER);
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

static void pump_due(void) {
    uint64_t now = clock_now();

    for (int i = 0; i < PUMPS; i++) {
        struct heap_item *first = heap_first();

        if (first == NULL || first->due > now)
            return;
        first->ring(first, now);
    }
}

void loop_run(void) {
    struct epoll_event events[EVENTS];
    bool open = true;

    while (open) {
        unsigned happened = 0;

        arm_timer();
        int count = epoll_wait(epoll, events, EVENTS, -1);

        for (int i = 0; i < count; i++)
            happened |= events[i].data.u32;
        if (happened & TIMER)
            read_timer();
        if (happened & TAP)
            intake_run(false);
        pump_due();
        if (happened & CONTROL)
            open = control_read();
    }
}
