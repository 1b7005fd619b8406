/* A terminal of the program's own, between it and the one that netrig was called from. */
#ifndef NETRIG_TERMINAL_H
#define NETRIG_TERMINAL_H

#include <poll.h>
#include <stdbool.h>
#include <stddef.h>

enum { TERMINAL_POLLS = 2 };

/*
 * Makes the program's terminal, like the one on descriptor 0, and puts it where `fds` has that one. 0, or -1
 * with errno; 0 with nothing done where descriptor 0 is no terminal.
 */
int terminal_open(int *fds, size_t count);

/* Keys are the program's from now on, if this process's group is the one in front. */
void terminal_take(void);

/* The terminal is again as it was; at any exit, and before a stop. */
void terminal_give_back(void);

/* After SIGWINCH. */
void terminal_resize(void);

/* Fills in what is to be waited for, and carries on what came. Without a terminal nothing. */
void terminal_poll(struct pollfd *polls);
void terminal_serve(const struct pollfd *polls);

/* What the program wrote last. */
void terminal_finish(void);

#endif
