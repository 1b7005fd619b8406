/* Who speaks to the supervisor: Node on the lifeline, and anybody with the same uid on the lab's socket. */
#ifndef NETRIG_CLIENTS_H
#define NETRIG_CLIENTS_H

#include <poll.h>
#include <stdbool.h>
#include <stddef.h>

enum { CLIENTS_MAX = 64 };

/* The lifeline's descriptor, or -1 once a kept lab has lost its runner. */
int clients_lifeline(void);

/* Reads what Node wrote; false when the lab is to end. */
bool clients_on_lifeline(void);

/* Fills in the listener and the clients that have not said yet what they want; how many. */
size_t clients_poll(struct pollfd *polls, int listener);

/* Serves those that poll(2) marked; false when one of them ended the lab. */
bool clients_serve(const struct pollfd *polls, size_t count, int listener, int keeper);

#endif
