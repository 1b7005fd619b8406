#ifndef RELAY_RESET_H
#define RELAY_RESET_H

#include <stdbool.h>

#include "action.h"
#include "flows.h"

/*
 * Resets the connection of a packet, in place of the packet: at its sender, its receiver or both. An end
 * that does not believe it (it has other numbers, since something was lost) answers, and is told again.
 */
void reset_do(const struct met *met, unsigned ends, uint64_t now);

/* Notes what is passed on, so that resets bear the right numbers. */
void reset_note(const struct met *met);

/*
 * Whether the packet belongs to a connection that was reset, so that no rule is asked about it: what comes
 * from an end that was reset is answered and dropped, and what goes to one passes.
 */
bool reset_settles(const struct met *met, uint64_t now);

#endif
