#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#include "init.h"

void stream_open(struct stream *s, int from, int to) {
    *s = (struct stream){.from = from, .to = to};
    if (from < 0 || to < 0 || (s->data = malloc(STREAM_ROOM)) == NULL) {
        stream_close(s);
        return;
    }
    fcntl(from, F_SETFL, fcntl(from, F_GETFL) | O_NONBLOCK);
    fcntl(to, F_SETFL, fcntl(to, F_GETFL) | O_NONBLOCK);
}

void stream_close(struct stream *s) {
    if (s->from >= 0) close(s->from);
    if (s->to >= 0) close(s->to);
    free(s->data);
    *s = (struct stream){.from = -1, .to = -1};
}

bool stream_full(const struct stream *s) {
    return s->at < s->end;
}

/* False when nothing more can be written now. */
static bool flush(struct stream *s) {
    while (s->at < s->end) {
        ssize_t done = write(s->to, s->data + s->at, s->end - s->at);
        if (done > 0) s->at += (size_t)done;
        else if (done < 0 && errno == EINTR) continue;
        else if (done < 0 && errno == EAGAIN) return false;
        else return stream_close(s), false; /* whoever read it is gone: the writer is to hear of it */
    }
    return true;
}

void stream_carry(struct stream *s) {
    /* Bounded: others wait for their turn. */
    for (int round = 0; s->from >= 0 && round < 32; round++) {
        if (!flush(s)) return;
        ssize_t got = read(s->from, s->data, STREAM_ROOM);
        if (got < 0 && errno == EINTR) continue;
        if (got < 0 && errno == EAGAIN) return;
        /* EIO: nobody holds the terminal's other side any more. */
        if (got <= 0) return stream_close(s);
        s->at = 0, s->end = (size_t)got;
    }
    if (s->from >= 0) flush(s);
}
