/* PID 1 of netrig's vm: makes its world, then starts, feeds, signals and reaps commands. */
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/reboot.h>
#include <sys/signalfd.h>
#include <sys/stat.h>

#include "../../common/sys.h"
#include "init.h"

/* Milliseconds after which a slow reader outside is asked again. */
enum { HURRY = 2 };

static struct settings settings;

/* %41 is A: spaces and quotes have meanings of their own on a kernel's command line. */
static char *decoded(const char *text) {
    char *result = text == NULL ? NULL : strdup(text), *to = result;
    for (const char *from = text; result != NULL && *from != 0; from++) {
        char digits[3] = {from[0] == '%' ? from[1] : 0, from[0] == '%' && from[1] != 0 ? from[2] : 0, 0};
        if (digits[1] == 0) *to++ = *from;
        else *to++ = (char)strtol(digits, NULL, 16), from += 2;
    }
    if (to != NULL) *to = 0;
    return result;
}

_Noreturn void vm_end(int connection) {
    struct vm_message message = {.word = VM_COPIED};
    if (settings.out != NULL) message.value = copy_out(settings.out, settings.out);
    sync();
    if (connection >= 0 && write(connection, &message, sizeof message) < 0) perror("vm-init: end");
    reboot(RB_POWER_OFF);
    _exit(1);
}

static void serve(int device, int signals) {
    for (;;) {
        /* No time is to pass while nothing runs: who hangs up at once is not waited for in poll(). */
        while (settings.virtual_time && commands_running() == 0) commands_accept(device, true, true);
        enum { FIXED = 2, ROOM = 4096 };
        static struct pollfd polls[ROOM];
        bool hurry = false;
        polls[0] = (struct pollfd){.fd = device, .events = POLLIN};
        polls[1] = (struct pollfd){.fd = signals, .events = POLLIN};
        size_t count = FIXED + commands_poll(polls + FIXED, ROOM - FIXED, &hurry);
        if (poll(polls, count, hurry ? HURRY : -1) < 0 && errno != EINTR) _exit(1);
        if (polls[1].revents != 0) {
            struct signalfd_siginfo info;
            while (read(signals, &info, sizeof info) == sizeof info) continue;
        }
        commands_reap();
        if (polls[0].revents != 0) commands_accept(device, false, settings.virtual_time);
        commands_turn();
    }
}

int main(void) {
    const char *step = "start";
    umask(0);
    settings.frozen = getenv("NETRIG_FROZEN") != NULL;
    settings.virtual_time = getenv("NETRIG_VIRTUAL") != NULL;
    settings.out = decoded(getenv("NETRIG_OUT"));
    if (getpid() != 1) {
        fprintf(stderr, "vm-init is PID 1 of netrig's vm\n");
        return 1;
    }
    prctl(PR_SET_NAME, "vm-init");
    /* Where nothing else ticks a timer with slack is late by all of it; commands inherit this. */
    if (settings.virtual_time) prctl(PR_SET_TIMERSLACK, 1);
    raise_file_limit();
    if (world_build(&settings, &step) != 0) {
        fprintf(stderr, "vm-init: %s: %s\n", step, strerror(errno));
        reboot(RB_POWER_OFF);
    }
    umask(022);
    signal(SIGPIPE, SIG_IGN);
    int device = channel_device(), signals = child_signals();
    if (device < 0 || signals < 0) {
        fprintf(stderr, "vm-init: %s: %s\n", device < 0 ? NETRIG_DEVICE : "signalfd", strerror(errno));
        reboot(RB_POWER_OFF);
    }
    serve(device, signals);
}
