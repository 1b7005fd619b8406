#ifndef RELAY_LOOP_H
#define RELAY_LOOP_H

/* Prepares waiting, with `control` as the stream of commands. 0 or -errno. */
int loop_open(int control);

/* Calls intake_run() whenever this socket of the tap has something. 0 or -errno. */
int loop_watch_tap(int fd);

/* Moves frames and obeys commands until the control stream ends. */
void loop_run(void);

#endif
