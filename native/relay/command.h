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
 *   link ID LINK IFINDEX_A IFINDEX_B SEED CONDITIONS_0 / CONDITIONS_1
 *   set ID LINK DIRECTION CONDITIONS
 *   down ID LINK DIRECTION 0|1
 *   port ID LINK SIDE IFINDEX
 *   unlink ID LINK
 *   memory ID BYTES
 *   swings ID TABLE START VALUE...     values are 32768 more than they mean
 *   trace ID TRACE START MILLISECOND...
 *   rule ID RULE LINK DIRECTIONS do=ACTION MATCH      directions: 1, 2 or 3 for both
 *   unrule ID RULE
 *   watch ID LINK                      with a descriptor: watch.h
 *   unwatch ID LINK
 *   answer ID QUESTION ACTION [HEX]    to `ask QUESTION RULE LINK DIRECTION HEX`, with other bytes
 *
 * Direction 0 leads from A to B, side 0 is A. CONDITIONS are words `name=value`, in any order:
 *
 *   delay=NS jitter=NS swings=TABLE rate=BPS overhead=BYTES cell=BYTES,BYTES mtu=BYTES trace=TRACE
 *   queue-packets=N queue-bytes=N queue-time=NS
 *   loss=random,P | loss=gilbert-elliott,TO_BAD,TO_GOOD,LOSS_IN_BAD,LOSS_IN_GOOD
 *     | loss=four-state,P13,P31,P32,P23,P14 | loss=pattern,0|1,LETTERS    (1: repeated)
 *   duplicate=TO_HIT,TO_MISS corrupt=TO_HIT,TO_MISS reorder=TO_HIT,TO_MISS,GAP
 *
 * with probabilities in parts of 10^9. ACTION is one of
 *
 *   pass | drop | delay,NS | duplicate,COPIES | corrupt,0|1 (checksums mended) | reset,ENDS (1: the
 *   sender, 2: the receiver, 3) | reject | ask,NS,0|1 (what is not answered in time is dropped)
 *
 * MATCH are words, of which those in brackets may come more than once:
 *
 *   ether=TYPE proto=NUMBER [from=HEX,PREFIX] [to=HEX,PREFIX] [port=LOW,HIGH] [from-port=LOW,HIGH]
 *   [to-port=LOW,HIGH] [size=LOW,HIGH] flags=SET,CLEAR payload=HEX after=N first=N every=N [nth=N]
 *   per-connection=1 connection-after=N connection-first=N connection-every=N [connection-nth=N] bytes=N
 */
struct answer command_run(char *line);

#endif
