#ifndef RELAY_LOOP_H
#define RELAY_LOOP_H

struct direction;

/* Prepares waiting, with `control` as the stream of commands. 0 or -errno. */
int loop_open(int control);

/* Calls direction_receive() whenever the socket has something; closing it ends that. 0 or -errno. */
int loop_watch(int fd, struct direction *direction);

/* Moves frames and obeys commands until the control stream ends. */
void loop_run(void);

#endif
