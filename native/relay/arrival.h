#ifndef RELAY_ARRIVAL_H
#define RELAY_ARRIVAL_H

#include <stdbool.h>
#include <stdint.h>

#include "direction.h"

/*
 * Takes a frame that has arrived at a port: counts the wire packets in it, draws their fates, and
 * gives each to the rules and conditions. True when the frame is to be sent at once as it is.
 */
bool arrival_take(struct direction *direction, struct parcel *parcel, uint64_t now);

#endif
