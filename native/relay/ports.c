#include "ports.h"

#include <errno.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "filter.h"
#include "tap.h"

/* Two arrays in the same order, sorted by index. */
static int *indexes;
static struct direction **directions;
static size_t used, room;
static bool changed;

/* The place of an index, or where it would be. */
static size_t place_of(int ifindex) {
    size_t low = 0, high = used;

    while (low < high) {
        size_t middle = low + (high - low) / 2;

        if (indexes[middle] < ifindex)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

struct direction *ports_find(int ifindex) {
    size_t place = place_of(ifindex);

    return place < used && indexes[place] == ifindex ? directions[place] : NULL;
}

static bool grow(void) {
    size_t wanted = room == 0 ? 64 : room * 2;
    int *more_indexes = realloc(indexes, wanted * sizeof *indexes);

    if (more_indexes == NULL)
        return false;
    indexes = more_indexes;
    struct direction **more_directions = realloc(directions, wanted * sizeof *directions);

    if (more_directions == NULL)
        return false;
    directions = more_directions;
    room = wanted;
    return true;
}

int ports_add(int ifindex, struct direction *from_here) {
    size_t place = place_of(ifindex);

    if (place < used && indexes[place] == ifindex)
        return directions[place] == from_here ? 0 : -EBUSY;
    if (used == room && !grow())
        return -ENOMEM;
    memmove(indexes + place + 1, indexes + place, (used - place) * sizeof *indexes);
    memmove(directions + place + 1, directions + place, (used - place) * sizeof *directions);
    indexes[place] = ifindex;
    directions[place] = from_here;
    used++;
    changed = true;
    return 0;
}

void ports_remove(int ifindex) {
    size_t place = place_of(ifindex);

    if (place == used || indexes[place] != ifindex)
        return;
    used--;
    changed = true;
    memmove(indexes + place, indexes + place + 1, (used - place) * sizeof *indexes);
    memmove(directions + place, directions + place + 1, (used - place) * sizeof *directions);
}

void ports_listen(void) {
    static struct sock_filter program[BPF_MAXINSNS];

    tap_listen(program, filter_build(indexes, used, program));
}

void ports_commit(void) {
    if (changed)
        ports_listen();
    changed = false;
}
