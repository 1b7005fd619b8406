/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The seam between the two halves of the driver: netrig_kern.c knows the
 * kernel's headers, netrig_user.c the host's C library.
 */
#ifndef __UM_NETRIG_H
#define __UM_NETRIG_H

/* All answer -errno of the host when they fail. */
int netrig_listen(const char *name, int len);
int netrig_accept(int fd);
int netrig_receive(int fd, void *data, int size, int *fds, int max, int *count);
int netrig_read(int fd, void *data, int size);
int netrig_write(int fd, const void *data, int size);

/* Is the host's fd ready? With still, wait for it: nothing else runs. */
int netrig_readable(int fd, int still);
int netrig_writable(int fd, int still);

/* One epoll set holds every channel someone waits for: one interrupt for all. */
int netrig_events_open(void);
int netrig_events_add(int events, int fd, void *data);
void netrig_events_remove(int events, int fd);
int netrig_events_take(int events, void **data, int max);

#endif
