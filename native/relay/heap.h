#ifndef RELAY_HEAP_H
#define RELAY_HEAP_H

#include <stddef.h>
#include <stdint.h>

/* A binary heap of things that are due. Each lies in at most one place. */
struct heap_item {
    uint64_t due;
    uint64_t turn; /* first come, first served among equal times */
    size_t place;  /* 0: not in the heap */
    /* What is to be done then: it puts the item to a later time, or removes it. */
    void (*ring)(struct heap_item *item, uint64_t now);
};

/* Makes room for that many items more than there were; 0 or -ENOMEM. Given back by heap_release(). */
int heap_reserve(size_t items);
void heap_release(size_t items);

/* Puts it in, or moves it to a new time. */
void heap_put(struct heap_item *item, uint64_t due);
void heap_remove(struct heap_item *item);

/* The earliest, or NULL. */
struct heap_item *heap_first(void);

#endif
