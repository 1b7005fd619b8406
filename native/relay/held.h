#ifndef RELAY_HELD_H
#define RELAY_HELD_H

#include <stdbool.h>
#include <stdint.h>

#include "action.h"

/* Packets that a rule keeps back: for a time, or until Node has said what becomes of them. */

/* Passes it on after so many ns. */
void held_delay(const struct met *met, uint64_t ns, uint64_t now);

/*
 * Asks Node, by a line `ask QUESTION RULE LINK DIRECTION HEX`. What is not answered within the action's
 * time, or asked while too much is unanswered, passes or is dropped as the action says.
 */
void held_ask(const struct met *met, const struct action *action, struct rule *rule, uint64_t now);

/* Node's answer; with `size` the packet's bytes are others now. 0 or -errno; too late is no error. */
int held_answer(uint64_t question, const struct action *action, const unsigned char *bytes, size_t size);

/* Forgets what is held for a direction, and returns how many packets. */
uint64_t held_clear(const struct direction *direction);

#endif
