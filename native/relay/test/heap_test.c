/* The heap against a plain search, under random changes. */
#include "../heap.h"
#include "check.h"

enum { ITEMS = 60, STEPS = 200000 };

static struct heap_item items[ITEMS];

static struct heap_item *search(void) {
    struct heap_item *best = NULL;
    for (int i = 0; i < ITEMS; i++) {
        if (items[i].place == 0)
            continue;
        if (!best || items[i].due < best->due || (items[i].due == best->due && items[i].turn < best->turn))
            best = &items[i];
    }
    return best;
}

int main(void) {
    srandom(1);
    CHECK(heap_reserve(ITEMS) == 0);
    for (int step = 0; step < STEPS; step++) {
        struct heap_item *item = &items[random() % ITEMS];
        if (random() % 3 == 0)
            heap_remove(item);
        else
            heap_put(item, (uint64_t)random() % 50);
        CHECK(heap_first() == search());
    }
    printf("heap\n");
    return 0;
}
