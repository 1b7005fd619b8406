#ifndef RELAY_CONTROL_H
#define RELAY_CONTROL_H

#include <stdbool.h>

/*
 * Commands come as lines of words, `verb ID ...`, and each is answered by one line in the same
 * order: `ok ID`, or `error ID ERRNO SENTENCE`.
 */
void control_open(int fd);

/* Writes one line. False when nobody reads any more. */
bool control_write(const char *line);

/* Obeys the commands that have arrived. False when there will be no more. */
bool control_read(void);

/* The descriptor that came along last, which belongs to the caller now; -1 for none. */
int control_descriptor(void);

#endif
