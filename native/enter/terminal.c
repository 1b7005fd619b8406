#include "terminal.h"

#include <stdlib.h>
#include <sys/ioctl.h>
#include <termios.h>

#include "../common/sys.h"

static int outer = -1, outer_out = -1; /* copies: the program's end of things closes 0 and 1 */
static int master = -1;
static struct termios before;
static bool taken;
static char keys[1024]; /* typed, and not yet taken by the program */
static size_t keys_count;

int terminal_open(int *fds, size_t count) {
    struct winsize size;
    if (!isatty(0) || tcgetattr(0, &before) != 0) return 0;
    outer = fcntl(0, F_DUPFD_CLOEXEC, 3);
    outer_out = fcntl(isatty(1) ? 1 : 0, F_DUPFD_CLOEXEC, 3);
    master = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC | O_NONBLOCK);
    if (outer < 0 || outer_out < 0 || master < 0 || unlockpt(master) != 0) return -1;
    /* By the master: the name of the other end may be another file here. */
    int slave = ioctl(master, TIOCGPTPEER, O_RDWR | O_NOCTTY | O_CLOEXEC);
    if (slave < 0 || tcsetattr(slave, TCSANOW, &before) != 0) return -1;
    if (ioctl(outer, TIOCGWINSZ, &size) == 0) ioctl(slave, TIOCSWINSZ, &size);
    for (size_t i = 0; i < count; i++)
        if (fds[i] <= 2 && isatty(fds[i])) fds[i] = slave;
    return 0;
}

void terminal_take(void) {
    /* Of a group in the background it is not to change: whoever is in front uses it. */
    if (master < 0 || taken || tcgetpgrp(outer) != getpgrp()) return;
    struct termios raw = before;
    cfmakeraw(&raw);
    taken = tcsetattr(outer, TCSANOW, &raw) == 0;
    static bool registered;
    if (!registered) registered = atexit(terminal_give_back) == 0;
    terminal_resize();
}

void terminal_give_back(void) {
    if (taken) tcsetattr(outer, TCSADRAIN, &before);
    taken = false;
}

void terminal_resize(void) {
    struct winsize size;
    if (master >= 0 && ioctl(outer, TIOCGWINSZ, &size) == 0) ioctl(master, TIOCSWINSZ, &size);
}

void terminal_poll(struct pollfd *polls) {
    bool full = keys_count == sizeof keys;
    polls[0] = (struct pollfd){.fd = taken && !full ? outer : -1, .events = POLLIN};
    polls[1] = (struct pollfd){.fd = master, .events = (short)(POLLIN | (keys_count > 0 ? POLLOUT : 0))};
}

static void hang_up(void) {
    if (master >= 0) close(master);
    master = -1;
}

static void write_all(const char *text, size_t size) {
    while (size > 0) {
        ssize_t done = write(outer_out, text, size);
        if (done < 0 && errno == EAGAIN) poll(&(struct pollfd){.fd = outer_out, .events = POLLOUT}, 1, -1);
        else if (done < 0 && errno != EINTR) return;
        else if (done > 0) text += done, size -= (size_t)done;
    }
}

/* False when there is nothing more for now. */
static bool show(void) {
    char text[4096];
    ssize_t got = master < 0 ? 0 : read(master, text, sizeof text);
    if (got > 0) write_all(text, (size_t)got);
    return got > 0;
}

void terminal_serve(const struct pollfd *polls) {
    if (polls[0].revents != 0) {
        ssize_t got = read(outer, keys + keys_count, sizeof keys - keys_count);
        if (got > 0) keys_count += (size_t)got;
        /* The terminal is gone: what runs in the program's own hears of it as of a line that was hung up. */
        else if (got == 0 || (errno != EAGAIN && errno != EINTR)) hang_up();
    }
    if (keys_count > 0 && master >= 0) {
        ssize_t done = write(master, keys, keys_count);
        for (size_t i = 0; done > 0 && i + (size_t)done < keys_count; i++) keys[i] = keys[i + (size_t)done];
        if (done > 0) keys_count -= (size_t)done;
    }
    /* EIO: nobody has the other end open, for now or for good. */
    if (polls[1].revents != 0 && !show() && (polls[1].revents & POLLHUP)) poll(NULL, 0, 10);
}

void terminal_finish(void) {
    while (show()) continue;
}
