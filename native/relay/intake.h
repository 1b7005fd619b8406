#ifndef RELAY_INTAKE_H
#define RELAY_INTAKE_H

#include <stdbool.h>

/*
 * Reads what has arrived and gives each packet its fate: some of it, so that others get a turn, or
 * `all` that was sent before the call.
 */
void intake_run(bool all);

#endif
