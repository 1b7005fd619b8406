#include "output.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

/* One block always has room: what was gathered is written when less than that is left. */
static unsigned char buffer[2 * OUTPUT_ROOM];
static size_t used, reserved;
static uint64_t written, limit;
static int file = -1, failed;

void output_open(int fd, uint64_t size_limit) {
    file = fd;
    limit = size_limit;
    if (ftruncate(fd, 0) != 0)
        failed = errno;
}

void output_reserve(size_t size) {
    reserved += size;
}

unsigned char *output_room(void) {
    if (used > OUTPUT_ROOM)
        output_flush();
    return failed != 0 ? NULL : buffer + used;
}

bool output_add(size_t size, bool last) {
    if (failed != 0 || size == 0)
        return false;
    if (limit > 0 && !last && written + used + size + reserved > limit)
        return false;
    used += size;
    return true;
}

/* How much of the buffer is whole blocks, if only `size` bytes of it were written. */
static size_t whole_blocks(size_t size) {
    size_t at = 0;

    for (uint32_t length; at + 8 <= used; at += length) {
        memcpy(&length, buffer + at + 4, sizeof length);
        if (at + length > size)
            break;
    }
    return at;
}

void output_flush(void) {
    size_t done = 0;

    while (failed == 0 && done < used) {
        ssize_t part = pwrite(file, buffer + done, used - done, (off_t)(written + done));

        if (part > 0)
            done += (size_t)part;
        else if (part == 0 || errno != EINTR)
            failed = part == 0 ? EIO : errno;
    }
    if (failed != 0) {
        done = whole_blocks(done);
        /* A block that was cut short would make the whole file suspect. */
        if (ftruncate(file, (off_t)(written + done)) != 0)
            done = 0;
    }
    written += done;
    used = 0;
}

void output_patch(uint64_t at, const void *bytes, size_t size) {
    output_flush();
    if (failed == 0 && pwrite(file, bytes, size, (off_t)at) != (ssize_t)size)
        failed = errno;
}

uint64_t output_size(void) {
    return written + used;
}

int output_error(void) {
    return failed;
}
