#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <sys/mman.h>
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

int carrier_gather(struct carrier *c, int *far, bool *whole) {
    char *data = malloc(CARRIER_ROOM);
    size_t size = 0, room = CARRIER_ROOM;
    bool ended = false;
    struct pollfd in = {.fd = 0, .events = POLLIN};
    while (data != NULL && size < GATHER_MAX && poll(&in, 1, GATHER_PATIENCE) > 0) {
        if (size == room) {
            char *bigger = realloc(data, room *= 2);
            if (bigger == NULL) return free(data), -1;
            data = bigger;
        }
        ssize_t got = read(0, data + size, room - size);
        if (got < 0 && (errno == EINTR || errno == EAGAIN)) continue;
        ended = got <= 0;
        if (ended) break;
        size += (size_t)got;
    }
    *whole = ended;
    if (!ended) {
        if (data == NULL || carrier_open(c, far) != 0) return -1;
        free(c->data);
        c->data = data, c->to = size;
        return 0;
    }
    *c = (struct carrier){.socket = -1};
    *far = memfd_create("netrig-stdin", MFD_CLOEXEC);
    for (size_t at = 0; *far >= 0 && at < size;) {
        ssize_t done = write(*far, data + at, size - at);
        if (done < 0 && errno != EINTR) return free(data), -1;
        if (done > 0) at += (size_t)done;
    }
    free(data);
    return *far < 0 || lseek(*far, 0, SEEK_SET) != 0 ? -1 : 0;
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
