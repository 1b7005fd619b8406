#include "fate.h"

#include <string.h>

#include "jitter.h"

void chances_seed(struct chances *chances, uint64_t seed, uint32_t link, unsigned direction) {
    for (enum random_purpose purpose = RANDOM_LOSS; purpose <= RANDOM_PURPOSES; purpose++)
        random_seed(&chances->streams[purpose - 1], seed, link, direction, purpose);
}

static uint64_t draw(struct chances *chances, enum random_purpose purpose) {
    return random_next(&chances->streams[purpose - 1]);
}

static uint64_t chance(struct chances *chances, enum random_purpose purpose) {
    return chance_draw(&chances->streams[purpose - 1]);
}

/* As sch_netem has it: `gap - 1` packets keep their place, then each may overtake by its chance. */
static bool overtakes(struct chances *chances, const struct conditions *conditions, uint64_t drawn) {
    if (chance_never(&conditions->reorder))
        return false;
    bool hit = chance_hits(&conditions->reorder, drawn, &chances->reordered);

    if (hit && chances->in_order + 1 >= conditions->gap) {
        chances->in_order = 0;
        return true;
    }
    if (chances->in_order < UINT32_MAX)
        chances->in_order++;
    return false;
}

struct fate fate_draw(struct chances *chances, const struct conditions *conditions) {
    uint64_t loss = chance(chances, RANDOM_LOSS);
    uint64_t change = chance(chances, RANDOM_LOSS_STATE);
    uint64_t duplicate = chance(chances, RANDOM_DUPLICATE);
    uint64_t reorder = chance(chances, RANDOM_REORDER);
    uint64_t corrupt = chance(chances, RANDOM_CORRUPT);

    return (struct fate){
        .lost = loss_hits(&conditions->loss, &chances->loss, loss, change),
        .duplicated = chance_hits(&conditions->duplicate, duplicate, &chances->duplicated),
        .corrupted = chance_hits(&conditions->corrupt, corrupt, &chances->corrupted),
        .overtakes = overtakes(chances, conditions, reorder),
        .swing = jitter_swing(conditions->swings, draw(chances, RANDOM_JITTER)),
        .bit = draw(chances, RANDOM_BIT),
    };
}

void chances_change(struct chances *chances, const struct conditions *old, const struct conditions *new) {
    if (!loss_same(&old->loss, &new->loss))
        memset(&chances->loss, 0, sizeof chances->loss);
}
