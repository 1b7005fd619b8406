#include "fate.h"

#include <stddef.h>
#include <string.h>

#include "segment.h"

struct fate {
    bool lost;
    int32_t swing;
};

/*
 * Every wire packet draws the same number of values whatever the conditions are and whatever
 * becomes of it: so the n-th packet of a direction meets the same chances for the same seed.
 */
static struct fate draw(struct direction *direction) {
    uint64_t chance = random_next(&direction->loss) >> 1;

    return (struct fate){
        .lost = chance < direction->conditions.loss,
        .swing = random_normal(&direction->jitter),
    };
}

static struct frame *hold(const struct parcel *parcel) {
    struct frame *frame = frame_new(parcel->size);

    if (frame == NULL)
        return NULL;
    frame->mark = parcel->mark;
    frame->wires = parcel->wires;
    frame->wire_bytes = parcel->wire_bytes;
    frame->vnet = parcel->vnet;
    memcpy(frame->data, parcel->data, parcel->size);
    return frame;
}

void fate_put_back(struct direction *direction, const struct parcel *parcel, uint64_t now) {
    struct frame *frame = hold(parcel);

    if (frame == NULL) {
        direction->counters->over_memory += parcel->wires;
        return;
    }
    frame->swing = 0;
    line_put_first(&direction->line, now, frame);
}

static bool decide_whole(struct direction *direction, struct parcel *parcel, uint64_t now) {
    struct fate fate = draw(direction);

    /* Uncut large frames pass without loss or jitter, but their packets have had their chance. */
    for (uint32_t i = 1; i < parcel->wires; i++)
        draw(direction);
    if (direction->down) {
        direction->counters->down += parcel->wires;
        return false;
    }
    if (fate.lost) {
        direction->counters->lost++;
        return false;
    }
    if (!line_has_room(&direction->line, &direction->conditions, now)) {
        direction->counters->over_queue++;
        return false;
    }
    if (direction->line.first == NULL && !conditions_take_time(&direction->conditions))
        return true;
    struct frame *frame = hold(parcel);

    if (frame == NULL) {
        direction->counters->over_memory += parcel->wires;
        return false;
    }
    frame->swing = fate.swing;
    line_put(&direction->line, &direction->conditions, now, frame);
    return false;
}

static void decide_segment(struct direction *direction, const struct segments *segments, unsigned index,
                           uint32_t mark, uint64_t now) {
    struct fate fate = draw(direction);

    if (direction->down) {
        direction->counters->down++;
        return;
    }
    if (fate.lost) {
        direction->counters->lost++;
        return;
    }
    if (!line_has_room(&direction->line, &direction->conditions, now)) {
        direction->counters->over_queue++;
        return;
    }
    struct frame *frame = frame_new(segment_size(segments, index));

    if (frame == NULL) {
        direction->counters->over_memory++;
        return;
    }
    frame->mark = mark;
    frame->wires = 1;
    frame->wire_bytes = frame->size;
    frame->swing = fate.swing;
    memset(&frame->vnet, 0, sizeof frame->vnet);
    segment_write(segments, index, frame->data);
    line_put(&direction->line, &direction->conditions, now, frame);
}

bool fate_decide(struct direction *direction, struct parcel *parcel, uint64_t now) {
    struct segments segments;
    bool large = parcel->vnet.gso_type != VIRTIO_NET_HDR_GSO_NONE;
    bool readable = large && segments_read(&segments, parcel->data, parcel->size, &parcel->vnet);
    bool per_packet = conditions_per_packet(&direction->conditions);

    parcel->wires = readable ? segments.count : 1;
    parcel->wire_bytes = parcel->size;
    if (readable)
        parcel->wire_bytes += (segments.count - 1) * (uint32_t)segments.header;
    direction->counters->packets += parcel->wires;
    direction->counters->bytes += parcel->wire_bytes;
    if (readable && per_packet) {
        for (unsigned i = 0; i < segments.count; i++)
            decide_segment(direction, &segments, i, parcel->mark, now);
        return false;
    }
    if (large && per_packet) {
        /* A large frame that cannot be cut must not pass as one packet. */
        draw(direction);
        direction->counters->errors++;
        return false;
    }
    return decide_whole(direction, parcel, now);
}
