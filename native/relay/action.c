#include "action.h"

#include <errno.h>
#include <linux/if_ether.h>
#include <stddef.h>
#include <string.h>

#include "clock.h"
#include "corrupt.h"
#include "forge.h"
#include "held.h"
#include "link.h"
#include "reset.h"
#include "rule.h"
#include "wire.h"
#include "words.h"

#define DELAY_MAX (3600 * NANOSECONDS_PER_SECOND)
enum { COPIES_MAX = 1000 };

static const struct {
    const char *name;
    enum act act;
    unsigned numbers;
    uint64_t least, most;
} acts[] = {
    {"pass", ACT_PASS, 0, 0, 0},         {"drop", ACT_DROP, 0, 0, 0},
    {"delay", ACT_DELAY, 1, 0, DELAY_MAX}, {"duplicate", ACT_DUPLICATE, 1, 1, COPIES_MAX},
    {"corrupt", ACT_CORRUPT, 1, 0, 1},   {"reset", ACT_RESET, 1, 1, 3},
    {"reject", ACT_REJECT, 0, 0, 0},     {"ask", ACT_ASK, 2, 1, DELAY_MAX},
};

int action_read(char *value, struct action *action) {
    const char *name = word_part(&value);
    uint64_t numbers[2] = {0};

    for (size_t i = 0; name && i < sizeof acts / sizeof *acts; i++) {
        if (strcmp(name, acts[i].name) != 0)
            continue;
        if (!word_numbers(value, numbers, acts[i].numbers))
            return -EINVAL;
        if (numbers[0] < acts[i].least || numbers[0] > acts[i].most || numbers[1] > 1)
            return -ERANGE;
        *action = (struct action){
            .act = acts[i].act, .amount = numbers[0], .otherwise = numbers[1] ? ACT_DROP : ACT_PASS};
        return 0;
    }
    return -EINVAL;
}

void action_send(struct direction *direction, const unsigned char *bytes, uint32_t size, uint32_t mark,
                 uint64_t now) {
    struct parcel parcel = {.data = (unsigned char *)bytes, .size = size, .mark = mark};

    if (size == 0 || direction->down)
        return;
    direction->counters->made++;
    wire_pass(direction, &(struct packet){.parcel = &parcel}, &(struct fate){0}, now);
    direction_pump(direction, now);
}

void action_pass(const struct met *met, uint64_t now) {
    reset_note(met);
    wire_pass(met->direction, &(struct packet){.parcel = met->parcel}, &met->fate, now);
}

/* One bit of what it carries, or of its headers where it carries nothing. */
static void corrupt(const struct met *met, bool mend, uint64_t now) {
    static unsigned char bytes[FRAME_MAX];
    struct parcel parcel = *met->parcel;
    struct met changed = *met;
    uint32_t begin = met->view.payload_size > 0 ? met->view.payload : ETH_HLEN;
    uint32_t end = met->view.payload_size > 0 ? begin + met->view.payload_size : parcel.size;

    memcpy(bytes, parcel.data, parcel.size);
    parcel.data = bytes;
    checksum_complete(bytes, parcel.size, &parcel.vnet);
    if (end > begin) {
        uint64_t bit = met->fate.bit % ((uint64_t)(end - begin) * 8);

        bytes[begin + bit / 8] ^= (unsigned char)(1 << bit % 8);
        met->direction->counters->corrupted++;
    }
    if (mend && met->view.payload_size > 0)
        forge_mend(bytes, &met->view);
    changed.parcel = &parcel;
    action_pass(&changed, now);
}

static void reject(const struct met *met, uint64_t now) {
    unsigned char bytes[FORGED_MAX];
    struct direction *back = &met->direction->link->directions[1 - met->direction->side];

    if (met->view.proto == 6)
        return reset_do(met, RESET_FROM, now);
    action_send(back, bytes, (uint32_t)forge_unreachable(&met->view, bytes), met->parcel->mark, now);
}

void action_do(const struct met *met, const struct action *action, struct rule *rule, uint64_t now) {
    struct counters *counters = met->direction->counters;

    switch (action->act) {
    case ACT_PASS:
        action_pass(met, now);
        return;
    case ACT_DROP:
        counters->rule_drops++;
        return;
    case ACT_DELAY:
        held_delay(met, action->amount, now);
        return;
    case ACT_DUPLICATE:
        action_pass(met, now);
        for (uint64_t i = 0; i < action->amount; i++)
            action_pass(met, now);
        counters->duplicated += action->amount;
        return;
    case ACT_CORRUPT:
        corrupt(met, action->amount == 1, now);
        return;
    case ACT_RESET:
        counters->rule_drops++;
        reset_do(met, (unsigned)action->amount, now);
        return;
    case ACT_REJECT:
        counters->rule_drops++;
        reject(met, now);
        return;
    case ACT_ASK:
        held_ask(met, action, rule, now);
        return;
    }
}
