/* Waits for packets, requests and the end. */
#ifndef NETRIG_CAPTURE_LOOP_H
#define NETRIG_CAPTURE_LOOP_H

/* 0, or an errno. */
int loop_open(int answers, int requests);
int loop_watch_tap(int fd);

void loop_run(void);

#endif
