#ifndef RELAY_RULE_H
#define RELAY_RULE_H

#include <stdbool.h>
#include <stdint.h>

#include "action.h"
#include "counters.h"
#include "flows.h"
#include "match.h"

struct link;

/* What one rule says, and what it has counted. */
struct rule {
    struct rule *next; /* of the same link, in the order in which they were made */
    uint32_t number;
    char label[32]; /* its action, in words */
    struct link *link;
    unsigned directions; /* one bit for each */
    struct match match;
    struct action action;
    struct rule_counters *counters;
    struct flows *flows; /* where it counts by connection */
    uint64_t packets;
};

/* The rule with that number, or NULL. */
struct rule *rule_find(uint64_t number);

/* Reads `DIRECTIONS name=value...` and puts the rule behind those that the link has. 0 or -errno. */
int rule_add(uint64_t number, struct link *link, char **words);

void rule_remove(struct rule *rule);

/* The first rule that means this packet does with it what it says; without one it passes. */
void rules_take(struct met *met, uint64_t now);

#endif
