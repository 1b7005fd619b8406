#ifndef RELAY_COMMAND_H
#define RELAY_COMMAND_H

struct answer {
    unsigned long long id;
    int error; /* 0 or -errno */
    const char *sentence;
};

/*
 * Carries out one line; its words are cut in place. All numbers are decimal.
 *
 *   ping ID
 *   link ID LINK IFINDEX_A IFINDEX_B SEED CONDITIONS_0 CONDITIONS_1
 *   set ID LINK DIRECTION CONDITIONS
 *   down ID LINK DIRECTION 0|1
 *   port ID LINK SIDE IFINDEX
 *   unlink ID LINK
 *   memory ID BYTES
 *
 * Direction 0 leads from A to B, side 0 is A. CONDITIONS are five numbers:
 * DELAY_NS JITTER_NS LOSS_PPB RATE_BPS QUEUE.
 */
struct answer command_run(char *line);

#endif
