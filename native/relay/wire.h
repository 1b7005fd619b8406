#ifndef RELAY_WIRE_H
#define RELAY_WIRE_H

#include <stdbool.h>
#include <stdint.h>

#include "direction.h"
#include "segment.h"

/* A wire packet: a whole frame, or one of the packets that a large frame is cut into. */
struct packet {
    const struct parcel *parcel;
    const struct segments *segments; /* NULL: the parcel as it is */
    unsigned index;
};

uint32_t packet_size(const struct packet *packet);

/* Writes packet_size() bytes. */
void packet_write(const struct packet *packet, unsigned char *out);

/* What conditions and chance do to a wire packet: it is counted as dropped, or held in the line. */
void wire_pass(struct direction *direction, const struct packet *packet, const struct fate *fate, uint64_t now);

/* Holds a frame as it is, however many wire packets it stands for. */
void wire_hold(struct direction *direction, const struct parcel *parcel, uint64_t now);

/* Holds a frame that was to be sent at once, but the far port had no room for it. */
void wire_put_back(struct direction *direction, const struct parcel *parcel, uint64_t now);

#endif
