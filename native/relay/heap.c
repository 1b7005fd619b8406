#include "heap.h"

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>

/* From 1 up, so that place 0 can say "nowhere". */
static struct heap_item **places;
static size_t room;
static size_t used;
static size_t reserved;
static uint64_t turns;

static bool grow(size_t items) {
    size_t wanted = items < 64 ? 128 : items * 2;
    struct heap_item **grown = realloc(places, wanted * sizeof *grown);

    if (grown == NULL)
        return false;
    places = grown;
    room = wanted;
    return true;
}

int heap_reserve(size_t items) {
    if (reserved + items >= room && !grow(reserved + items))
        return -ENOMEM;
    reserved += items;
    return 0;
}

void heap_release(size_t items) {
    reserved -= items;
}

static bool before(const struct heap_item *a, const struct heap_item *b) {
    return a->due != b->due ? a->due < b->due : a->turn < b->turn;
}

static void settle(struct heap_item *item, size_t place) {
    places[place] = item;
    item->place = place;
}

static void rise(struct heap_item *item, size_t place) {
    for (; place > 1 && before(item, places[place / 2]); place /= 2)
        settle(places[place / 2], place);
    settle(item, place);
}

static void sink(struct heap_item *item, size_t place) {
    for (size_t child; (child = place * 2) <= used; place = child) {
        if (child < used && before(places[child + 1], places[child]))
            child++;
        if (!before(places[child], item))
            break;
        settle(places[child], place);
    }
    settle(item, place);
}

void heap_put(struct heap_item *item, uint64_t due) {
    if (item->place != 0 && item->due == due)
        return;
    heap_remove(item);
    item->due = due;
    item->turn = turns++;
    rise(item, ++used);
}

void heap_remove(struct heap_item *item) {
    size_t place = item->place;

    if (place == 0)
        return;
    item->place = 0;
    struct heap_item *last = places[used--];

    if (last == item)
        return;
    if (place > 1 && before(last, places[place / 2]))
        rise(last, place);
    else
        sink(last, place);
}

struct heap_item *heap_first(void) {
    return used > 0 ? places[1] : NULL;
}
