#include "request.h"

#include <errno.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "fates.h"
#include "keys.h"
#include "output.h"
#include "session.h"
#include "sys.h"

enum { TEXTS = 5 };

static union {
    struct request request;
    char bytes[REQUEST_MAX + 1];
} packet;

bool answer_line(const char *format, ...) {
    char line[512];
    va_list arguments;

    va_start(arguments, format);
    int size = vsnprintf(line, sizeof line, format, arguments);

    va_end(arguments);
    return send(ANSWERS_FD, line, (size_t)size, MSG_NOSIGNAL) == size;
}

static bool answer(uint32_t id, int failed, const char *step) {
    if (failed == 0)
        return answer_line("ok %" PRIu32 "\n", id);
    return answer_line("error %" PRIu32 " %d %s\n", id, failed, step);
}

/* The NUL-ended texts of a body; those that are not there are empty. */
static void read_texts(const char *body, const char *texts[TEXTS]) {
    const char *end = packet.bytes + sizeof packet.bytes - 1;

    for (int i = 0; i < TEXTS; i++) {
        texts[i] = body;
        if (body < end)
            body += strnlen(body, (size_t)(end - body));
        if (body < end)
            body++;
    }
}

static bool run_begin(const struct request *request) {
    const char *texts[TEXTS];

    read_texts(request->body, texts);
    struct limits limits = {
        .snaplen = request->arg[0],
        .size = (uint64_t)request->arg[2] << 32 | request->arg[1],
        .keys = request->arg[3],
    };
    struct section section = {texts[0], texts[1], texts[2], texts[3]};

    int failed = session_begin(&limits, &section);

    return answer(request->id, failed, output_error() != 0 ? "write" : "listen");
}

static bool run_interface(const struct request *request) {
    const char *texts[TEXTS];
    const uint32_t *arg = request->arg;
    unsigned char mac[6] = {arg[2] >> 24, arg[2] >> 16, arg[2] >> 8, arg[2], arg[3] >> 8, arg[3]};
    uint32_t number = 0;

    read_texts(request->body, texts);
    struct interface_description description = {
        .name = texts[0],
        .description = texts[1],
        .filter = texts[2],
        .os = texts[3],
        .hardware = texts[4],
        .mac = arg[1] & INTERFACE_MAC ? mac : NULL,
    };
    int ifindex = arg[1] & INTERFACE_OWN ? 0 : (int)arg[0];
    int failed = session_interface(&description, ifindex, (arg[1] & INTERFACE_FLIPPED) != 0, &number);

    if (failed != 0)
        return answer(request->id, failed, "describe an interface");
    return answer_line("ok %" PRIu32 " %" PRIu32 "\n", request->id, number);
}

static bool run_keys(const struct request *request, size_t size, int *fd) {
    int failed = 0;

    if (*fd >= 0) {
        failed = keys_watch(*fd);
        *fd = failed == 0 ? -1 : *fd;
    } else {
        keys_add(request->body, size);
    }
    return answer(request->id, failed, "take keys");
}

static bool answer_counts(uint32_t id) {
    uint64_t counts[COUNTS];
    char line[COUNTS * 21 + 1];
    size_t at = 0;

    session_counts(counts);
    for (int i = 0; i < COUNTS; i++)
        at += (size_t)snprintf(line + at, sizeof line - at, " %" PRIu64, counts[i]);
    return answer_line("ok %" PRIu32 "%s\n", id, line);
}

static int run_filter(const struct request *request, size_t size) {
    const struct sock_filter *filter = (const struct sock_filter *)request->body;
    size_t count = size / sizeof *filter;

    if (fates_have(request->arg[0]))
        return fates_filter(filter, count);
    return session_filter(request->arg[0], filter, count);
}

/* `fd` is what came with the request; set to -1 by whom it belongs to then. */
static bool run(const struct request *request, size_t size, int *fd) {
    int own = *fd;

    switch (request->op) {
    case OP_BEGIN:
        return run_begin(request);
    case OP_INTERFACE:
        return run_interface(request);
    case OP_FILTER:
        return answer(request->id, run_filter(request, size), "attach its filter");
    case OP_SOCKET:
        *fd = -1;
        return answer(request->id, session_socket(request->arg[0], own), "listen to a loopback device");
    case OP_FATES:
        *fd = -1;
        return answer(request->id, own < 0 ? EBADF : fates_open(request->arg, own), "watch a link");
    case OP_NAMES:
        return answer(request->id, session_names(request->body), "write names");
    case OP_KEYS:
        return run_keys(request, size, fd);
    case OP_COUNT:
        session_drain();
        return answer_counts(request->id);
    case OP_STOP:
        session_end();
        answer_counts(request->id);
        return false;
    default:
        return answer(request->id, EINVAL, "do such a thing");
    }
}

bool request_take(void) {
    int fd = -1;
    size_t count = 1;
    ssize_t got = receive_fds(REQUESTS_FD, packet.bytes, REQUEST_MAX, &fd, &count, MSG_DONTWAIT);

    if (got < 0)
        return errno == EAGAIN;
    if (count == 0)
        fd = -1;
    bool more = got > 0;

    if (got >= (ssize_t)sizeof packet.request) {
        packet.bytes[got] = 0;
        more = run(&packet.request, (size_t)got - sizeof packet.request, &fd);
    }
    if (fd >= 0)
        close(fd);
    return more;
}
