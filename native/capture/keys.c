#include "keys.h"

#include <ctype.h>
#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "output.h"
#include "pcapng.h"

/* A line has a label, 32 bytes and at most 64 in hexadecimal digits (RFC 9850). */
enum { LINE_MAX = 512, SOURCE_MAX = 4 << 20, CHUNK = 8192 };

struct source {
    int fd;
    off_t read;
    size_t length;
    char line[LINE_MAX]; /* the beginning of one whose end has not come yet */
    struct source *next;
};

static struct source *sources;
static struct source given;
static uint64_t block_at;
static uint32_t room, used;

void keys_begin(uint32_t size) {
    unsigned char *out = output_room();
    char *lines = malloc(size);

    if (out == NULL || lines == NULL || size == 0) {
        free(lines);
        return;
    }
    memset(lines, '\n', size);
    block_at = output_size();
    if (output_add(pcapng_secrets(out, OUTPUT_ROOM, lines, size), false))
        room = size;
    free(lines);
}

/* Whether it may be a key: a host's programs could write anything into their file. */
static bool plausible(const char *line, size_t size) {
    int words = 1;

    for (size_t i = 0; i < size; i++) {
        if (line[i] == ' ')
            words++;
        else if (!isalnum((unsigned char)line[i]) && line[i] != '_')
            return false;
    }
    return size > 0 && words == 3;
}

static void add_line(const char *line, size_t size) {
    if (!plausible(line, size))
        return;
    if (room - used > size) {
        output_patch(block_at + SECRETS_DATA_AT + used, line, size);
        used += (uint32_t)size + 1;
        return;
    }
    /* No room at the beginning: it stands here, before what comes from now on. */
    char text[LINE_MAX + 1];
    unsigned char *out = output_room();

    memcpy(text, line, size);
    text[size] = '\n';
    if (out != NULL)
        output_add(pcapng_secrets(out, OUTPUT_ROOM, text, (uint32_t)size + 1), false);
}

static void take(struct source *source, const char *text, size_t size) {
    for (size_t i = 0; i < size; i++) {
        if (text[i] == '\n' || text[i] == '\r') {
            if (source->length < LINE_MAX)
                add_line(source->line, source->length);
            source->length = 0;
        } else if (source->length < LINE_MAX) {
            source->line[source->length++] = text[i];
        }
    }
}

void keys_add(const char *text, size_t size) {
    take(&given, text, size);
    take(&given, "\n", 1);
}

int keys_watch(int fd) {
    struct source *source = calloc(1, sizeof *source);

    if (source == NULL)
        return ENOMEM;
    source->fd = fd;
    source->next = sources;
    sources = source;
    return 0;
}

static void update(struct source *source) {
    char chunk[CHUNK];
    struct stat about;

    if (fstat(source->fd, &about) != 0)
        return;
    if (about.st_size < source->read) /* a program began the file anew */
        source->read = 0;
    while (source->read < about.st_size && source->read < SOURCE_MAX) {
        ssize_t size = pread(source->fd, chunk, sizeof chunk, source->read);

        if (size <= 0)
            return;
        source->read += size;
        take(source, chunk, (size_t)size);
    }
}

void keys_update(void) {
    for (struct source *source = sources; source != NULL; source = source->next)
        update(source);
}
