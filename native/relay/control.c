#include "control.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "command.h"

/* The longest command is shorter than 200 bytes. */
enum { LINE_MAX_BYTES = 512, READ_BYTES = 16384, WRITE_WAIT_MS = 5000 };

static int control = -1;
static char line[LINE_MAX_BYTES];
static size_t line_size;

void control_open(int fd) {
    control = fd;
}

/*
 * Waits when the socket is full: who sends commands reads the answers. Frames rest meanwhile, and
 * somebody who never reads is given up.
 */
bool control_write(const char *text) {
    size_t left = strlen(text);

    while (left > 0) {
        ssize_t written = send(control, text, left, MSG_NOSIGNAL | MSG_DONTWAIT);

        if (written > 0) {
            text += written;
            left -= (size_t)written;
            continue;
        }
        if (errno == EINTR)
            continue;
        struct pollfd writable = {.fd = control, .events = POLLOUT};

        if (errno != EAGAIN || poll(&writable, 1, WRITE_WAIT_MS) <= 0)
            return false;
    }
    return true;
}

static bool answer(void) {
    char text[LINE_MAX_BYTES];
    struct answer result = command_run(line);

    if (result.error == 0)
        snprintf(text, sizeof text, "ok %llu\n", result.id);
    else
        snprintf(text, sizeof text, "error %llu %d %s\n", result.id, -result.error, result.sentence);
    return control_write(text);
}

bool control_read(void) {
    char bytes[READ_BYTES];
    ssize_t size = recv(control, bytes, sizeof bytes, MSG_DONTWAIT);

    if (size <= 0)
        return size < 0 && (errno == EAGAIN || errno == EINTR);
    for (ssize_t i = 0; i < size; i++) {
        if (bytes[i] != '\n') {
            /* What does not fit is cut, and the command then refused by its words. */
            if (line_size < sizeof line - 1)
                line[line_size++] = bytes[i];
            continue;
        }
        line[line_size] = '\0';
        line_size = 0;
        if (!answer())
            return false;
    }
    return true;
}
