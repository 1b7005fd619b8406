#include "clients.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>

#include "keeper.h"

/* Frames of the lifeline: u32 length of the payload, one byte of type, payload. */
enum { FRAME_HEADER = 5, FRAME_MAX = 16 << 20, HELLO_MAX = 512 };

static char *info; /* the JSON line that `netrig ps` shows */
static size_t info_size;
static bool kept, lifeline_gone;
static char *buffer;
static size_t buffered, room;
static int waiting[CLIENTS_MAX - 1];
static size_t waiting_count;

int clients_lifeline(void) {
    return lifeline_gone ? -1 : LIFELINE_FD;
}

static void on_frame(char type, const char *payload, size_t size) {
    if (type == 'K') kept = true;
    if (type != 'I') return;
    char *copy = malloc(size + 1);
    if (copy == NULL) return;
    memcpy(copy, payload, size);
    copy[size] = '\n';
    free(info);
    info = copy;
    info_size = size + 1;
}

static bool grow(size_t wanted) {
    if (wanted <= room) return true;
    char *bigger = wanted > FRAME_MAX ? NULL : realloc(buffer, wanted);
    if (bigger == NULL) return false;
    buffer = bigger;
    room = wanted;
    return true;
}

bool clients_on_lifeline(void) {
    if (!grow(buffered + 65536)) return false;
    ssize_t got = recv(LIFELINE_FD, buffer + buffered, room - buffered, MSG_DONTWAIT);
    if (got < 0 && (errno == EAGAIN || errno == EINTR)) return true;
    if (got <= 0) {
        lifeline_gone = true;
        return kept;
    }
    buffered += (size_t)got;
    size_t at = 0;
    while (buffered - at >= FRAME_HEADER) {
        uint32_t size;
        memcpy(&size, buffer + at, sizeof size);
        if (buffered - at - FRAME_HEADER < size) break;
        on_frame(buffer[at + 4], buffer + at + FRAME_HEADER, size);
        at += FRAME_HEADER + size;
    }
    memmove(buffer, buffer + at, buffered - at);
    buffered -= at;
    return true;
}

size_t clients_poll(struct pollfd *polls, int listener) {
    polls[0] = (struct pollfd){.fd = waiting_count < CLIENTS_MAX - 1 ? listener : -1, .events = POLLIN};
    for (size_t i = 0; i < waiting_count; i++) polls[i + 1] = (struct pollfd){.fd = waiting[i], .events = POLLIN};
    return waiting_count + 1;
}

static void welcome(int listener) {
    int fd = accept4(listener, NULL, NULL, SOCK_CLOEXEC);
    if (fd < 0) return;
    struct ucred peer;
    socklen_t size = sizeof peer;
    /* The name is visible to everybody on the machine; the door is open to the lab's owner and to root. */
    bool allowed = getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &peer, &size) == 0 && (peer.uid == geteuid() || peer.uid == 0);
    if (allowed) waiting[waiting_count++] = fd;
    else close(fd);
}

static void tell_info(int fd) {
    struct timeval patience = {.tv_sec = 1};
    setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience);
    for (size_t at = 0; at < info_size;) {
        ssize_t sent = send(fd, info + at, info_size - at, MSG_NOSIGNAL);
        if (sent <= 0) break;
        at += (size_t)sent;
    }
}

enum outcome { STAYS, DONE, ENDS };

static enum outcome hello(int fd, int keeper) {
    char line[HELLO_MAX];
    ssize_t got = recv(fd, line, sizeof line - 1, MSG_PEEK | MSG_DONTWAIT);
    if (got < 0 && errno == EAGAIN) return STAYS;
    char *end = got <= 0 ? NULL : memchr(line, '\n', (size_t)got);
    if (end == NULL) return got > 0 && got < (ssize_t)sizeof line - 1 ? STAYS : DONE;
    /* Not a byte more than the line: what follows carries descriptors for the host. */
    recv(fd, line, (size_t)(end - line) + 1, 0);
    *end = 0;
    if (strcmp(line, "info") == 0) return tell_info(fd), DONE;
    if (strcmp(line, "end") == 0) return ENDS;
    if (strncmp(line, "exec ", 5) != 0) return DONE;
    struct {
        struct message message;
        char name[HELLO_MAX];
    } pass = {.message = {.word = WORD_CONNECTION}};
    size_t length = strcspn(line + 5, " ");
    memcpy(pass.name, line + 5, length);
    send_fds(keeper, &pass, sizeof pass.message + length + 1, &fd, 1);
    return DONE;
}

bool clients_serve(const struct pollfd *polls, size_t count, int listener, int keeper) {
    bool goes_on = true;
    size_t left = 0;
    size_t known = count - 1;
    for (size_t i = 0; i < known; i++) {
        int fd = waiting[i];
        enum outcome outcome = polls[i + 1].revents == 0 ? STAYS : hello(fd, keeper);
        if (outcome == STAYS) waiting[left++] = fd;
        if (outcome == DONE) close(fd);
        /* The one who asked for the end learns of it when this process has gone, by the closed connection. */
        if (outcome == ENDS) goes_on = false;
    }
    waiting_count = left;
    if (polls[0].revents & POLLIN) welcome(listener);
    return goes_on;
}
