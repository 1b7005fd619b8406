#include "held.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "clock.h"
#include "control.h"
#include "corrupt.h"
#include "link.h"
#include "rule.h"

struct held {
    struct heap_item timer; /* first, so that a heap item is what is held */
    struct held *next, **at;
    uint64_t question; /* 0: none, it is only delayed */
    size_t text;       /* bytes that Node has been sent with it */
    uint32_t rule;
    enum act otherwise;
    struct direction *direction; /* NULL: decided, but Node's answer is still to come */
    struct fate fate;
    struct frame *frame;
};

/*
 * Questions that Node has not read yet lie in the stream's buffer, where they always have room: else
 * commands and their answers would wait for each other.
 */
enum { UNANSWERED_MAX = 128 << 10, QUESTION_WORDS = 80, QUESTION_COST = 1024 /* in the kernel's memory */ };

static struct held *all;
static size_t unanswered;
static uint64_t questions;

static void ring(struct heap_item *item, uint64_t now);

static struct held *keep(const struct met *met, uint64_t due) {
    struct held *held = calloc(1, sizeof *held);

    if (held == NULL || heap_reserve(1) < 0) {
        free(held);
        return NULL;
    }
    held->frame = frame_new(met->parcel->size);
    if (held->frame == NULL) {
        heap_release(1);
        free(held);
        return NULL;
    }
    memcpy(held->frame->data, met->parcel->data, met->parcel->size);
    held->frame->vnet = met->parcel->vnet;
    held->frame->mark = met->parcel->mark;
    held->direction = met->direction;
    held->fate = met->fate;
    held->next = all;
    held->at = &all;
    if (all)
        all->at = &held->next;
    all = held;
    held->timer.ring = ring;
    heap_put(&held->timer, due);
    return held;
}

/* Nothing is to be done for the packet any more. */
static void let_go(struct held *held) {
    heap_remove(&held->timer);
    heap_release(1);
    frame_free(held->frame);
    held->frame = NULL;
    held->direction = NULL;
}

static void forget(struct held *held) {
    unanswered -= held->text;
    *held->at = held->next;
    if (held->next)
        held->next->at = held->at;
    free(held);
}

/* The packet goes on from where it was stopped. */
static void resume(struct held *held, const struct action *action, uint64_t now) {
    struct frame *frame = held->frame;
    struct direction *direction = held->direction;
    struct parcel parcel = {
        .data = frame->data, .size = frame->size, .mark = frame->mark, .vnet = frame->vnet};
    struct met met = {.direction = direction, .parcel = &parcel, .fate = held->fate};

    view_read(&met.view, frame->data, frame->size);
    action_do(&met, action, rule_find(held->rule), now);
    let_go(held);
    direction_pump(direction, now);
}

static void ring(struct heap_item *item, uint64_t now) {
    struct held *held = (struct held *)item;
    struct rule *rule = held->question ? rule_find(held->rule) : NULL;
    struct action action = {.act = held->question ? held->otherwise : ACT_PASS};

    if (rule)
        rule->counters->late++;
    resume(held, &action, now);
    if (held->question == 0)
        forget(held);
}

void held_delay(const struct met *met, uint64_t ns, uint64_t now) {
    if (keep(met, now + ns) == NULL)
        met->direction->counters->over_memory++;
}

static void write_question(const struct held *held, const struct rule *rule) {
    static char text[QUESTION_WORDS + 2 * FRAME_MAX + 2];
    int at = snprintf(text, QUESTION_WORDS, "ask %" PRIu64 " %" PRIu32 " %" PRIu32 " %u ", held->question,
                      rule->number, held->direction->link->number, held->direction->side);

    for (uint32_t i = 0; i < held->frame->size; i++) {
        text[at++] = "0123456789abcdef"[held->frame->data[i] >> 4];
        text[at++] = "0123456789abcdef"[held->frame->data[i] & 15];
    }
    text[at++] = '\n';
    text[at] = '\0';
    control_write(text);
}

void held_ask(const struct met *met, const struct action *action, struct rule *rule, uint64_t now) {
    size_t text = QUESTION_COST + QUESTION_WORDS + 2 * (size_t)met->parcel->size;
    struct held *held = NULL;

    if (rule && unanswered + text <= UNANSWERED_MAX)
        held = keep(met, now + action->amount);
    if (held == NULL) {
        struct action otherwise = {.act = action->otherwise};

        if (rule)
            rule->counters->overrun++;
        return action_do(met, &otherwise, rule, now);
    }
    /* As it is on a wire. */
    checksum_complete(held->frame->data, held->frame->size, &held->frame->vnet);
    held->question = ++questions;
    held->rule = rule->number;
    held->otherwise = action->otherwise;
    held->text = text;
    unanswered += text;
    write_question(held, rule);
}

static bool replace(struct held *held, const unsigned char *bytes, size_t size) {
    struct frame *frame = frame_new(size);

    if (frame == NULL)
        return false;
    memcpy(frame->data, bytes, size);
    frame->mark = held->frame->mark;
    frame_free(held->frame);
    held->frame = frame;
    return true;
}

int held_answer(uint64_t question, const struct action *action, const unsigned char *bytes, size_t size) {
    struct held *held = all;

    while (held && held->question != question)
        held = held->next;
    if (held == NULL || question == 0)
        return 0;
    if (held->direction) {
        if (size > 0 && !replace(held, bytes, size))
            return -ENOMEM;
        resume(held, action, clock_now());
    }
    forget(held);
    return 0;
}

uint64_t held_clear(const struct direction *direction) {
    uint64_t count = 0;

    for (struct held *held = all, *next; held; held = next) {
        next = held->next;
        if (held->direction != direction)
            continue;
        let_go(held);
        count++;
        if (held->question == 0)
            forget(held);
    }
    return count;
}
