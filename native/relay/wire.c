#include "wire.h"

#include <linux/if_ether.h>
#include <stddef.h>
#include <string.h>

#include "corrupt.h"
#include "link.h"
#include "watch.h"

uint32_t packet_size(const struct packet *packet) {
    return packet->segments ? (uint32_t)segment_size(packet->segments, packet->index) : packet->parcel->size;
}

void packet_write(const struct packet *packet, unsigned char *out) {
    if (packet->segments)
        segment_write(packet->segments, packet->index, out);
    else
        memcpy(out, packet->parcel->data, packet->parcel->size);
}

static struct frame *copy(const struct packet *packet) {
    struct frame *frame = frame_new(packet_size(packet));

    if (frame == NULL)
        return NULL;
    packet_write(packet, frame->data);
    frame->mark = packet->parcel->mark;
    frame->wires = 1;
    frame->wire_bytes = frame->size;
    /* A packet that was cut has all its checksums, and nothing is left to be done for it. */
    if (packet->segments == NULL)
        frame->vnet = packet->parcel->vnet;
    return frame;
}

/* Bytes in front of the packet that an MTU is about: tags are none of it. */
static uint32_t ether_header(const struct parcel *parcel) {
    uint32_t size = ETH_HLEN;

    for (; size <= ETH_HLEN + 4 && size + 4 <= parcel->size; size += 4) {
        uint16_t type = (uint16_t)(parcel->data[size - 2] << 8 | parcel->data[size - 1]);

        if (type != ETH_P_8021Q && type != ETH_P_8021AD)
            break;
    }
    return size;
}

/* Its due time is what it will be if the conditions stay as they are. */
static void note_passed(const struct direction *direction, const struct packet *packet,
                        const struct frame *frame, const struct fate *fate, uint64_t now) {
    uint64_t waits = frame->sent_at > now ? frame->sent_at - now : 0;

    if (direction->link->watch == NULL)
        return;
    watch_note(direction, packet, "arrives %.6f ms later (%.6f ms until it is sent)%s%s%s",
               (double)(frame->due - now) / 1e6, (double)waits / 1e6, fate->overtakes ? ", overtakes" : "",
               fate->corrupted ? ", a bit turned over" : "", fate->duplicated ? ", twice" : "");
}

static bool pass_once(struct direction *direction, const struct packet *packet, const struct fate *fate,
                      uint64_t now) {
    if (!line_has_room(&direction->line, &direction->conditions, now, packet_size(packet))) {
        direction->counters->over_queue++;
        watch_note(direction, packet, "dropped: the queue is full");
        return false;
    }
    struct frame *frame = copy(packet);

    if (frame == NULL) {
        direction->counters->over_memory++;
        return false;
    }
    if (fate->corrupted && corrupt_bit(frame, fate->bit))
        direction->counters->corrupted++;
    frame->swing = fate->swing;
    frame->overtakes = fate->overtakes;
    line_put(&direction->line, &direction->conditions, now, frame);
    note_passed(direction, packet, frame, fate, now);
    return true;
}

void wire_pass(struct direction *direction, const struct packet *packet, const struct fate *fate,
               uint64_t now) {
    uint32_t mtu = direction->conditions.mtu;

    if (fate->lost) {
        direction->counters->lost++;
        watch_note(direction, packet, "lost");
        return;
    }
    if (mtu != 0 && packet_size(packet) > mtu + ether_header(packet->parcel)) {
        direction->counters->over_mtu++;
        watch_note(direction, packet, "dropped: longer than the wire's mtu");
        return;
    }
    pass_once(direction, packet, fate, now);
    if (fate->duplicated && pass_once(direction, packet, fate, now))
        direction->counters->duplicated++;
}

static struct frame *copy_whole(struct direction *direction, const struct parcel *parcel) {
    struct frame *frame = copy(&(struct packet){.parcel = parcel});

    if (frame == NULL) {
        direction->counters->over_memory += parcel->wires;
        return NULL;
    }
    frame->wires = parcel->wires;
    frame->wire_bytes = parcel->wire_bytes;
    return frame;
}

void wire_hold(struct direction *direction, const struct parcel *parcel, uint64_t now) {
    struct frame *frame = copy_whole(direction, parcel);

    if (frame == NULL)
        return;
    line_put(&direction->line, &direction->conditions, now, frame);
    note_passed(direction, &(struct packet){.parcel = parcel}, frame, &(struct fate){0}, now);
}

void wire_put_back(struct direction *direction, const struct parcel *parcel, uint64_t now) {
    struct frame *frame = copy_whole(direction, parcel);

    if (frame)
        line_put_first(&direction->line, now, frame);
}
