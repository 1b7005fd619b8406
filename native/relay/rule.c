#include "rule.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "intake.h"
#include "link.h"
#include "reset.h"
#include "watch.h"
#include "words.h"

static struct rule *rules[RULES];

struct rule *rule_find(uint64_t number) {
    return number < RULES ? rules[number] : NULL;
}

static int read_words(struct rule *rule, char **words) {
    uint64_t directions;
    int failed = 0;
    bool acts = false;

    if (!words_number(words, &directions) || directions == 0 || directions > 3)
        return -EINVAL;
    rule->directions = (unsigned)directions;
    for (char *word; failed == 0 && (word = words_next(words));) {
        char *value = strchr(word, '=');

        if (value == NULL)
            return -EINVAL;
        *value++ = '\0';
        if (strcmp(word, "do") == 0) {
            snprintf(rule->label, sizeof rule->label, "%s", value);
            failed = action_read(value, &rule->action);
            acts = true;
        } else {
            failed = match_read(&rule->match, word, value);
        }
    }
    return failed == 0 && !acts ? -EINVAL : failed;
}

static void destroy(struct rule *rule) {
    flows_free(rule->flows);
    free(rule);
}

static int prepare(struct rule *rule, uint64_t number, struct link *link, char **words) {
    rule->match.ether = rule->match.proto = -1;
    rule->number = (uint32_t)number;
    rule->link = link;
    int failed = read_words(rule, words);

    if (failed < 0)
        return failed == -ENOENT ? -EINVAL : failed;
    if (match_by_connection(&rule->match) && (rule->flows = flows_new()) == NULL)
        return -ENOMEM;
    rule->counters = counters_of_rule(rule->number);
    if (rule->counters == NULL)
        return -ENOMEM;
    /* A function may answer with a reset, too. */
    if (link->flows == NULL && (rule->action.act >= ACT_RESET) && (link->flows = flows_new()) == NULL)
        return -ENOMEM;
    return 0;
}

static void set_ruled(struct link *link) {
    unsigned directions = 0;

    for (struct rule *rule = link->rules; rule; rule = rule->next)
        directions |= rule->directions;
    /* Where connections are followed, both directions tell of them. */
    if (link->flows)
        directions = 3;
    for (unsigned side = 0; side < 2; side++)
        link->directions[side].ruled = directions >> side & 1;
}

int rule_add(uint64_t number, struct link *link, char **words) {
    if (number >= RULES)
        return -ERANGE;
    if (rules[number])
        return -EEXIST;
    struct rule *rule = calloc(1, sizeof *rule);
    struct rule **last = &link->rules;

    if (rule == NULL)
        return -ENOMEM;
    int failed = prepare(rule, number, link, words);

    if (failed < 0) {
        destroy(rule);
        return failed;
    }
    /* What was sent before does not meet it. */
    intake_run(true);
    while (*last)
        last = &(*last)->next;
    *last = rule;
    rules[number] = rule;
    set_ruled(link);
    return 0;
}

void rule_remove(struct rule *rule) {
    struct link *link = rule->link;
    struct rule **at = &link->rules;

    intake_run(true);
    while (*at != rule)
        at = &(*at)->next;
    *at = rule->next;
    rules[rule->number] = NULL;
    destroy(rule);
    if (link->rules == NULL) {
        flows_free(link->flows);
        link->flows = NULL;
    }
    set_ruled(link);
}

/* Whether a rule means the packet, after it has counted it. */
static bool means(struct rule *rule, const struct met *met) {
    const struct match *match = &rule->match;
    uint64_t *packets = &rule->packets;

    if (!(rule->directions >> met->direction->side & 1) || !match_packet(match, &met->view))
        return false;
    rule->counters->seen++;
    if (rule->flows) {
        struct flow *flow = flows_of(rule->flows, &met->view);

        if (flow == NULL || !which_holds(&match->connections, flow->ordinal))
            return false;
        flow->bytes += met->view.payload_size;
        if (match->past_bytes && flow->bytes <= match->bytes)
            return false;
        if (match->per_connection)
            packets = &flow->packets;
    }
    return which_holds(&match->packets, ++*packets);
}

void rules_take(struct met *met, uint64_t now) {
    struct counters *counters = met->direction->counters;

    view_read(&met->view, met->parcel->data, met->parcel->size);
    if (reset_settles(met, now))
        return;
    for (struct rule *rule = met->direction->link->rules; rule; rule = rule->next) {
        if (!means(rule, met))
            continue;
        rule->counters->met++;
        rule->counters->bytes += met->view.size;
        counters->by_rule++;
        watch_note(met->direction, &(struct packet){.parcel = met->parcel}, "rule: %s", rule->label);
        return action_do(met, &rule->action, rule, now);
    }
    action_pass(met, now);
}
