#ifndef RELAY_FATE_H
#define RELAY_FATE_H

#include <stdbool.h>
#include <stdint.h>

#include "direction.h"

/*
 * Decides what becomes of a frame that has arrived, for each wire packet in it, and counts it. True
 * when the frame is to be sent at once as it is; otherwise it is dropped or held in the line.
 */
bool fate_decide(struct direction *direction, struct parcel *parcel, uint64_t now);

/* Holds a frame that fate_decide() let go but the far port had no room for. */
void fate_put_back(struct direction *direction, const struct parcel *parcel, uint64_t now);

#endif
