#include "frame.h"

#include <malloc.h>
#include <stdlib.h>
#include <string.h>

/* Until told otherwise; a 1 Gbit/s link of 1 s delay holds 125 MB. */
static size_t limit = (size_t)512 << 20;
static size_t held;

/*
 * Frames come and go by the megabyte: glibc would give each burst back to the kernel and ask anew.
 * musl has no such settings.
 */
void frame_open(void) {
#ifdef __GLIBC__
    mallopt(M_TRIM_THRESHOLD, 64 << 20);
    mallopt(M_TOP_PAD, 1 << 20);
    mallopt(M_MMAP_THRESHOLD, 1 << 20);
#endif
}

struct frame *frame_new(size_t size) {
    size_t total = sizeof(struct frame) + size;

    if (held + total > limit)
        return NULL;
    struct frame *frame = malloc(total);

    if (frame == NULL)
        return NULL;
    held += total;
    memset(frame, 0, sizeof *frame);
    frame->size = (uint32_t)size;
    return frame;
}

void frame_free(struct frame *frame) {
    held -= sizeof(struct frame) + frame->size;
    free(frame);
}

void frame_set_limit(size_t bytes) {
    limit = bytes;
}

void row_insert(struct row *row, struct frame *place, struct frame *frame) {
    frame->before = place;
    frame->next = place ? place->next : row->first;
    if (frame->next)
        frame->next->before = frame;
    else
        row->last = frame;
    if (place)
        place->next = frame;
    else
        row->first = frame;
}

void row_append(struct row *row, struct frame *frame) {
    row_insert(row, row->last, frame);
}

void row_remove(struct row *row, struct frame *frame) {
    if (frame->before)
        frame->before->next = frame->next;
    else
        row->first = frame->next;
    if (frame->next)
        frame->next->before = frame->before;
    else
        row->last = frame->before;
    frame->next = frame->before = NULL;
}
