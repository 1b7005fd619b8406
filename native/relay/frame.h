#ifndef RELAY_FRAME_H
#define RELAY_FRAME_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "vnet.h"

/* A frame that is on its way: copied, counted and with a time at which it arrives. */
struct frame {
    struct frame *next, *before;
    uint64_t sent_at;    /* when its last bit leaves the near end */
    uint64_t due;        /* when it reaches the far end */
    int32_t swing;       /* its jitter, in JITTER_ONE parts */
    bool overtakes;      /* is not delayed, and need not keep its place */
    uint32_t mark;       /* skb mark */
    uint32_t size;       /* bytes of data */
    uint32_t wires;      /* wire packets in it, more than one when it passes uncut */
    uint32_t wire_bytes; /* their bytes */
    struct virtio_net_hdr vnet;
    unsigned char data[];
};

/* Frames in a row. */
struct row {
    struct frame *first, *last;
};

void row_append(struct row *row, struct frame *frame);
void row_remove(struct row *row, struct frame *frame);

/* Puts it behind `place`, or first where that is NULL. */
void row_insert(struct row *row, struct frame *place, struct frame *frame);

/* Once, at the start. */
void frame_open(void);

/* NULL when the relay holds as much as it may. */
struct frame *frame_new(size_t size);
void frame_free(struct frame *frame);

/* How many bytes may be held in all; frames held already stay. */
void frame_set_limit(size_t bytes);

#endif
