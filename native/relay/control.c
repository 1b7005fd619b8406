#include "control.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "command.h"
#include "ports.h"
#include "sys.h"

/* The longest command has two patterns of 64 KiB. */
enum { LINE_MAX_BYTES = 1 << 18, ANSWER_MAX = 256, READ_BYTES = 16384, WRITE_WAIT_MS = 5000 };

static int control = -1;
static int descriptor = -1;
static char line[LINE_MAX_BYTES];
static size_t line_size;
static char answers[READ_BYTES];
static size_t answers_size;

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

static void answer(void) {
    struct answer result = command_run(line);
    size_t left = sizeof answers - answers_size;
    int size;

    if (result.error == 0)
        size = snprintf(answers + answers_size, left, "ok %llu\n", result.id);
    else
        size = snprintf(answers + answers_size, left, "error %llu %d %s\n", result.id, -result.error,
                        result.sentence);
    answers_size += (size_t)size;
}

/* What was commanded holds before it is answered. */
static bool send_answers(void) {
    ports_commit();
    answers_size = 0;
    return control_write(answers);
}

/* One that comes with a command is for that command. */
static void keep_descriptor(int fd) {
    if (descriptor >= 0)
        close(descriptor);
    descriptor = fd;
}

int control_descriptor(void) {
    int fd = descriptor;

    descriptor = -1;
    return fd;
}

bool control_read(void) {
    char bytes[READ_BYTES];
    size_t count = 1;
    int fd = -1;
    ssize_t size = receive_fds(control, bytes, sizeof bytes, &fd, &count, MSG_DONTWAIT);

    if (size <= 0)
        return size < 0 && (errno == EAGAIN || errno == EINTR);
    if (count == 1)
        keep_descriptor(fd);
    answers[0] = '\0';
    for (ssize_t i = 0; i < size; i++) {
        if (bytes[i] != '\n') {
            /* What does not fit is cut, and the command then refused by its words. */
            if (line_size < sizeof line - 1)
                line[line_size++] = bytes[i];
            continue;
        }
        line[line_size] = '\0';
        line_size = 0;
        answer();
        if (sizeof answers - answers_size < ANSWER_MAX && !send_answers())
            return false;
    }
    return send_answers();
}
