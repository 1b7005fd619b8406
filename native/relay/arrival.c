#include "arrival.h"

#include <stddef.h>
#include <string.h>

#include "rule.h"
#include "watch.h"
#include "wire.h"

/* Rules want to read the packet as it is on the wire. */
static void ask_rules(struct direction *direction, const struct packet *packet, const struct fate *fate,
                      uint64_t now) {
    static unsigned char bytes[FRAME_MAX];
    struct parcel parcel = *packet->parcel;
    struct met met = {.direction = direction, .parcel = &parcel, .fate = *fate};

    if (packet->segments) {
        packet_write(packet, bytes);
        parcel.data = bytes;
        parcel.size = packet_size(packet);
        memset(&parcel.vnet, 0, sizeof parcel.vnet);
    }
    rules_take(&met, now);
}

static void drop_down(struct direction *direction, const struct packet *packet) {
    direction->counters->down++;
    watch_note(direction, packet, "dropped: the link is down");
}

static void take_one(struct direction *direction, const struct packet *packet, uint64_t now) {
    struct fate fate = fate_draw(&direction->chances, &direction->conditions);

    if (direction->down)
        drop_down(direction, packet);
    else if (direction->ruled)
        ask_rules(direction, packet, &fate, now);
    else
        wire_pass(direction, packet, &fate, now);
}

/* Nothing is done to a packet by itself, but each has had its chance. */
static bool take_whole(struct direction *direction, const struct parcel *parcel, uint64_t now) {
    for (uint32_t i = 0; i < parcel->wires; i++)
        fate_draw(&direction->chances, &direction->conditions);
    if (direction->down) {
        drop_down(direction, &(struct packet){.parcel = parcel});
        direction->counters->down += parcel->wires - 1;
        return false;
    }
    if (direction_idle(direction)) {
        watch_note(direction, &(struct packet){.parcel = parcel}, "passes as it is");
        return true;
    }
    wire_hold(direction, parcel, now);
    return false;
}

bool arrival_take(struct direction *direction, struct parcel *parcel, uint64_t now) {
    struct segments segments;
    bool large = parcel->vnet.gso_type != VIRTIO_NET_HDR_GSO_NONE;
    bool readable = large && segments_read(&segments, parcel->data, parcel->size, &parcel->vnet);

    parcel->wires = readable ? segments.count : 1;
    parcel->wire_bytes = parcel->size;
    if (readable)
        parcel->wire_bytes += (segments.count - 1) * (uint32_t)segments.header;
    direction->counters->packets += parcel->wires;
    direction->counters->bytes += parcel->wire_bytes;
    if (!direction->ruled && !conditions_per_packet(&direction->conditions))
        return take_whole(direction, parcel, now);
    if (large && !readable) {
        /* A large frame that cannot be cut must not pass as one packet. */
        fate_draw(&direction->chances, &direction->conditions);
        direction->counters->errors++;
        return false;
    }
    struct packet packet = {.parcel = parcel, .segments = readable ? &segments : NULL};

    for (; packet.index < parcel->wires; packet.index++)
        take_one(direction, &packet, now);
    return false;
}
