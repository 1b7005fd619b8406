#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include "enter.h"

int carrier_open(struct carrier *c, int *far) {
    int pair[2];
    *c = (struct carrier){.socket = -1};
    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) != 0) return -1;
    c->data = malloc(CARRIER_ROOM);
    c->socket = pair[0];
    *far = pair[1];
    return c->data == NULL ? -1 : 0;
}

static void finish(struct carrier *c) {
    if (c->socket >= 0) close(c->socket);
    c->socket = -1;
}

short carrier_wants(const struct carrier *c) {
    if (c->socket < 0 || c->waits) return 0;
    return c->from < c->to ? POLLOUT : POLLIN;
}

void carrier_read(struct carrier *c) {
    ssize_t got = read(0, c->data, CARRIER_ROOM);
    if (got < 0 && (errno == EINTR || errno == EAGAIN)) return;
    /* SIGTTIN is blocked, and a background group's read answers this (termios(3)). */
    if (got < 0 && errno == EIO && isatty(0) && tcgetpgrp(0) != getpgrp()) {
        c->waits = true;
        return;
    }
    if (got <= 0) finish(c);
    else c->from = 0, c->to = (size_t)got;
}

void carrier_write(struct carrier *c) {
    ssize_t sent = send(c->socket, c->data + c->from, c->to - c->from, MSG_DONTWAIT | MSG_NOSIGNAL);
    if (sent >= 0) c->from += (size_t)sent;
    else if (errno != EAGAIN && errno != EINTR) finish(c); /* nobody in the vm reads it any more */
}
