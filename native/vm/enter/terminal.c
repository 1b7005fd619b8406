#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "enter.h"

static struct termios before;
static bool known; /* `before` is what the terminal was */
static bool taken;
static int terminal = -1; /* a copy of its own: stdout is given away */

void terminal_look(bool plain, struct vm_body *body) {
    for (int fd = 2; fd >= 0 && !plain; fd--)
        if (isatty(fd)) body->terminals |= 1U << fd, terminal = fd;
    if (terminal >= 0) terminal = fcntl(terminal, F_DUPFD_CLOEXEC, 3);
    if (terminal < 0 || tcgetattr(terminal, &before) != 0) {
        body->terminals = 0;
        return;
    }
    known = (body->terminals & 1) != 0;
    body->raw = known;
    body->terminal = before;
    terminal_size(&body->rows, &body->columns);
}

bool terminal_size(uint16_t *rows, uint16_t *columns) {
    struct winsize size;
    if (terminal < 0 || ioctl(terminal, TIOCGWINSZ, &size) != 0) return false;
    *rows = size.ws_row, *columns = size.ws_col;
    return true;
}

void terminal_take(void) {
    /* Of a group in the background it is not to change: whoever is in front uses it. */
    if (!known || taken || tcgetpgrp(0) != getpgrp()) return;
    struct termios raw = before;
    cfmakeraw(&raw);
    taken = tcsetattr(0, TCSANOW, &raw) == 0;
    static bool registered;
    if (!registered) registered = atexit(terminal_give_back) == 0;
}

void terminal_give_back(void) {
    if (taken) tcsetattr(0, TCSANOW, &before);
    taken = false;
}

bool terminal_interrupted(const char *keys, size_t count) {
    if (!taken || (before.c_lflag & ISIG) == 0) return false;
    return memchr(keys, before.c_cc[VINTR], count) != NULL || memchr(keys, before.c_cc[VQUIT], count) != NULL;
}
