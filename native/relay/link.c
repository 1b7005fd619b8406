#include "link.h"

#include <errno.h>
#include <stddef.h>
#include <stdlib.h>

#include "held.h"
#include "ports.h"
#include "rule.h"
#include "tap.h"
#include "watch.h"

static struct link *links[LINKS];

struct link *link_find(uint32_t number) {
    return number < LINKS ? links[number] : NULL;
}

static void destroy(struct link *link) {
    watch_end(link);
    while (link->rules)
        rule_remove(link->rules);
    for (int side = 0; side < 2; side++) {
        held_clear(&link->directions[side]);
        direction_close(&link->directions[side]);
        ports_remove(link->ports[side]);
    }
    heap_release(2);
    free(link);
}

static struct link *create(uint32_t number, uint64_t seed) {
    struct link *link = calloc(1, sizeof *link);
    struct counters *counters = counters_of_link(number);

    if (link == NULL || counters == NULL || heap_reserve(2) < 0) {
        free(link);
        return NULL;
    }
    link->number = number;
    for (unsigned side = 0; side < 2; side++) {
        struct direction *direction = &link->directions[side];

        direction_open(direction);
        direction->link = link;
        direction->side = side;
        direction->counters = &counters[side];
        chances_seed(&direction->chances, seed, number, side);
    }
    return link;
}

int link_set_port(struct link *link, unsigned side, int ifindex) {
    int failed = tap_has_device(ifindex);

    if (failed == 0)
        failed = ports_add(ifindex, &link->directions[side]);
    if (failed < 0)
        return failed;
    if (link->ports[side] != ifindex)
        ports_remove(link->ports[side]);
    link->ports[side] = ifindex;
    link->directions[1 - side].to = ifindex;
    return 0;
}

int link_add(uint32_t number, const int ifindex[2], uint64_t seed) {
    if (number >= LINKS)
        return -ERANGE;
    if (links[number])
        return -EEXIST;
    int failed = tap_open();

    if (failed < 0)
        return failed;
    struct link *link = create(number, seed);

    if (link == NULL)
        return -ENOMEM;
    for (unsigned side = 0; side < 2; side++) {
        failed = link_set_port(link, side, ifindex[side]);
        if (failed < 0) {
            destroy(link);
            return failed;
        }
    }
    links[number] = link;
    return 0;
}

void link_remove(uint32_t number) {
    destroy(links[number]);
    links[number] = NULL;
}

void link_remove_all(void) {
    for (uint32_t number = 0; number < LINKS; number++)
        if (links[number])
            link_remove(number);
}
