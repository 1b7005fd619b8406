/*
 * relay: carries frames between the fabric's ports for the links of one lab, and does to them what
 * a bad wire would do. It runs inside the fabric's network namespace.
 *
 *   fd 3  control: a stream socket to Node (see command.h)
 *   fd 4  counters: a file in memory that Node reads (see counters.h)
 *
 * It ends when the control stream ends, or with its parent.
 */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "control.h"
#include "counters.h"
#include "frame.h"
#include "link.h"
#include "loop.h"
#include "sys.h"
#include "tap.h"

enum { CONTROL = 3, COUNTERS = 4, FIRST_OTHER = 5 };

static int fail(const char *step, int error) {
    fprintf(stderr, "relay: %s: %s\n", step, strerror(-error));
    return 1;
}

int main(void) {
    int failed;

    prctl(PR_SET_PDEATHSIG, SIGKILL);
    prctl(PR_SET_TIMERSLACK, 1UL);
    signal(SIGPIPE, SIG_IGN);
    /* What the parent left open by mistake would outlive it here. */
    sys_close_range(FIRST_OTHER, ~0U);
    frame_open();
    if ((failed = counters_open(COUNTERS)) < 0)
        return fail("counters", failed);
    if ((failed = loop_open(CONTROL)) < 0)
        return fail("epoll", failed);
    control_open(CONTROL);
    if (!control_write(tap_marks_supported() ? "ready marks\n" : "ready\n"))
        return fail("control", -EPIPE);
    loop_run();
    link_remove_all();
    tap_close();
    return 0;
}
