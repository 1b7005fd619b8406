#include "interfaces.h"

#include <stdlib.h>
#include <string.h>

static struct interface **interfaces;
static uint32_t count, room;
/* By ifindex: the fabric numbers its ports one after the other. */
enum { IFINDEX_MAX = 1 << 20 };
static struct interface **ports;
static size_t ports_room;

static bool map_port(struct interface *interface, int ifindex) {
    size_t wanted = ports_room == 0 ? 2048 : ports_room;

    if (ifindex <= 0)
        return true;
    if (ifindex >= IFINDEX_MAX)
        return false;
    while (wanted <= (size_t)ifindex)
        wanted *= 2;
    if (wanted > ports_room) {
        struct interface **more = realloc(ports, wanted * sizeof *more);

        if (more == NULL)
            return false;
        memset(more + ports_room, 0, (wanted - ports_room) * sizeof *more);
        ports = more;
        ports_room = wanted;
    }
    ports[ifindex] = interface;
    return true;
}

struct interface *interface_add(int ifindex, bool flipped) {
    if (count == room) {
        uint32_t wanted = room == 0 ? 16 : room * 2;
        struct interface **more = realloc(interfaces, wanted * sizeof *more);

        if (more == NULL)
            return NULL;
        interfaces = more;
        room = wanted;
    }
    struct interface *interface = calloc(1, sizeof *interface);

    if (interface == NULL || !map_port(interface, ifindex)) {
        free(interface);
        return NULL;
    }
    interface->number = count;
    interface->flipped = flipped;
    interfaces[count++] = interface;
    return interface;
}

struct interface *interface_by_number(uint32_t number) {
    return number < count ? interfaces[number] : NULL;
}

struct interface *interface_by_ifindex(int ifindex) {
    return ifindex >= 0 && (size_t)ifindex < ports_room ? ports[ifindex] : NULL;
}

uint32_t interface_count(void) {
    return count;
}
