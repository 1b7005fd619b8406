/* PID 1 of a host: makes its world, then starts, signals and reaps programs. */
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/stat.h>

#include "keeper.h"

static int say(int channel, uint32_t word, uint32_t value, const char *text) {
    struct {
        struct message message;
        char text[64];
    } packet = {.message = {.word = word, .arg = {value}}};
    size_t length = strnlen(text, sizeof packet.text);
    memcpy(packet.text, text, length);
    return send_fds(channel, &packet, sizeof packet.message + length, NULL, 0) < 0 ? -1 : 0;
}

/* One word of the keeper's; false when the keeper is gone. */
static bool listen_to_keeper(int channel) {
    struct message message;
    int fd = -1;
    size_t count = 1;
    ssize_t got = receive_fds(channel, &message, sizeof message, &fd, &count, MSG_DONTWAIT);
    if (got < 0) return errno == EAGAIN || errno == EINTR;
    if (got == 0) return false;
    if (message.word == WORD_CONNECTION && count == 1) program_connection(fd);
    else if (message.word == WORD_SIGNAL) programs_signal(message.arg[0], message.arg[1], message.arg[2]);
    else if (message.word == WORD_STOP_ALL) programs_freeze(true);
    else if (message.word == WORD_CONT_ALL) programs_freeze(false);
    return true;
}

static void serve(int channel, int signals) {
    static struct pollfd *polls;
    static size_t room;
    for (;;) {
        size_t wanted = 2 + programs_count();
        if (wanted > room) {
            struct pollfd *bigger = realloc(polls, wanted * 2 * sizeof *polls);
            if (bigger == NULL) _exit(1);
            polls = bigger, room = wanted * 2;
        }
        polls[0] = (struct pollfd){.fd = channel, .events = POLLIN};
        polls[1] = (struct pollfd){.fd = signals, .events = POLLIN};
        size_t count = 2 + programs_poll(polls + 2);
        if (poll(polls, count, -1) < 0) continue;
        if (polls[1].revents != 0) {
            struct signalfd_siginfo info;
            while (read(signals, &info, sizeof info) == sizeof info) continue;
            programs_reap();
        }
        /* The keeper first: what is to reach a whole tree must find it whole, before enter's word ends its root. */
        if (polls[0].revents != 0 && !listen_to_keeper(channel)) _exit(0);
        for (size_t i = 2; i < count; i++)
            if (polls[i].revents != 0) programs_event(polls[i].fd);
    }
}

_Noreturn void host_init(const struct init_options *given) {
    enum { CHANNEL = 3 };
    struct init_options options = *given;
    const char *step = "start";
    umask(022);
    if (options.channel != CHANNEL && dup3(options.channel, CHANNEL, O_CLOEXEC) < 0) _exit(1);
    options.channel = CHANNEL;
    sys_close_range(CHANNEL + 1, ~0U);
    prctl(PR_SET_NAME, "netrig-host");
    if (world_build(&options, &step) != 0) {
        say(CHANNEL, WORD_BROKEN, (uint32_t)errno, step);
        _exit(1);
    }
    int signals = child_signals();
    tree_setup();
    programs_setup(CHANNEL, options.process_limit);
    if (signals < 0 || say(CHANNEL, WORD_READY, 0, "") != 0) _exit(1);
    serve(CHANNEL, signals);
    _exit(0);
}
