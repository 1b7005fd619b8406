/* The start of one program from what enter sent. */
#ifndef NETRIG_START_H
#define NETRIG_START_H

#include <stdint.h>
#include <sys/types.h>

/*
 * Receives the request from enter and runs it. Returns the pid once the program runs, or -1 with errno and the
 * stage (enum stage) that failed. Fills in the tag as soon as it is known.
 */
pid_t program_start(int connection, uint32_t process_limit, uint32_t *tag, uint32_t *stage);

#endif
