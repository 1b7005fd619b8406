#ifndef RELAY_PORTS_H
#define RELAY_PORTS_H

struct direction;

/* Which direction begins at which device. A device is the end of one link at most. */
struct direction *ports_find(int ifindex);

/* 0, -EBUSY when another direction begins there, or -ENOMEM. Nothing is heard of it before ports_listen(). */
int ports_add(int ifindex, struct direction *from_here);
void ports_remove(int ifindex);

/* Tells the kernel which ports there are. */
void ports_listen(void);

/* The same, if any was added or removed since. */
void ports_commit(void);

#endif
