#ifndef RELAY_ACTION_H
#define RELAY_ACTION_H

#include <stdbool.h>
#include <stdint.h>

#include "direction.h"
#include "view.h"

struct rule;

enum act { ACT_PASS, ACT_DROP, ACT_DELAY, ACT_DUPLICATE, ACT_CORRUPT, ACT_RESET, ACT_REJECT, ACT_ASK };

enum { RESET_FROM = 1, RESET_TO = 2 };

/* What a rule does to a packet. */
struct action {
    enum act act;
    /* ns of a delay; how many copies; whether checksums are mended; which ends are reset; ns of patience */
    uint64_t amount;
    enum act otherwise; /* of a question that is not answered: pass or drop */
};

/* A packet that rules have before them. */
struct met {
    struct direction *direction;
    const struct parcel *parcel;
    struct view view;
    struct fate fate;
};

/* Reads `drop`, `delay,NS`, `reset,3`... 0 or -errno. */
int action_read(char *value, struct action *action);

/* Does it; `rule` may be NULL when it is gone. */
void action_do(const struct met *met, const struct action *action, struct rule *rule, uint64_t now);

/* Sends what was forged towards the end of a direction. */
void action_send(struct direction *direction, const unsigned char *bytes, uint32_t size, uint32_t mark,
                 uint64_t now);

/* Gives the packet to the conditions of its direction. */
void action_pass(const struct met *met, uint64_t now);

#endif
