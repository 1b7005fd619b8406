#include "loss.h"

#include <stdlib.h>
#include <string.h>

struct pattern *pattern_new(const char *letters, size_t size, bool repeats) {
    struct pattern *pattern = malloc(sizeof *pattern + size);

    if (pattern == NULL)
        return NULL;
    pattern->size = size;
    pattern->repeats = repeats;
    memcpy(pattern->letters, letters, size);
    return pattern;
}

static bool pattern_same(const struct pattern *one, const struct pattern *other) {
    if (one == NULL || other == NULL)
        return one == other;
    return one->size == other->size && one->repeats == other->repeats &&
           memcmp(one->letters, other->letters, one->size) == 0;
}

bool loss_same(const struct loss *one, const struct loss *other) {
    struct loss a = *one, b = *other;

    a.pattern = b.pattern = NULL;
    return memcmp(&a, &b, sizeof a) == 0 && pattern_same(one->pattern, other->pattern);
}

/* As sch_netem has it: the state that a packet meets decides, then the state may change. */
static bool gilbert_elliott(const struct loss *loss, struct loss_state *at, uint64_t draw, uint64_t change) {
    bool bad = at->state != 0;

    at->state = bad ? change >= loss->to_good : change < loss->to_bad;
    return draw < (bad ? loss->loss_in_bad : loss->loss_in_good);
}

/*
 * Salsano, Ludovici and Ordine 2012, as sch_netem has it: the change of state is what decides. States
 * are numbered from 0 here: received in a gap, received in a burst, lost in a burst, lost alone.
 */
enum four_state { GAP_RECEIVED, BURST_RECEIVED, BURST_LOST, GAP_LOST };

static enum four_state four_next(const struct loss *loss, enum four_state state, uint64_t change) {
    switch (state) {
    case GAP_RECEIVED:
        if (change < loss->p14)
            return GAP_LOST;
        return change - loss->p14 < loss->p13 ? BURST_LOST : GAP_RECEIVED;
    case BURST_RECEIVED:
        return change < loss->p23 ? BURST_LOST : BURST_RECEIVED;
    case BURST_LOST:
        if (change < loss->p32)
            return BURST_RECEIVED;
        return change - loss->p32 < loss->p31 ? GAP_RECEIVED : BURST_LOST;
    default:
        return GAP_RECEIVED;
    }
}

static bool by_pattern(const struct pattern *pattern, struct loss_state *at) {
    if (at->position == pattern->size && !pattern->repeats)
        return false;
    if (at->position == pattern->size)
        at->position = 0;
    return pattern->letters[at->position++] == 'x';
}

bool loss_hits(const struct loss *loss, struct loss_state *state, uint64_t draw, uint64_t change) {
    switch (loss->model) {
    case LOSS_GILBERT_ELLIOTT:
        return gilbert_elliott(loss, state, draw, change);
    case LOSS_FOUR_STATE:
        state->state = four_next(loss, state->state, change);
        return state->state == BURST_LOST || state->state == GAP_LOST;
    case LOSS_PATTERN:
        return by_pattern(loss->pattern, state);
    default:
        return draw < loss->rate;
    }
}
