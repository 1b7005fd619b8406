/* What chance does to packets: rates, bursts, memory, and that one condition never shifts another. */
#include <math.h>
#include <string.h>

#include "../fate.h"
#include "../jitter.h"
#include "check.h"

enum { MANY = 400000 };
static const uint64_t PPB = 1000000000;
static struct chances chances;

static void seed(uint64_t number) {
    memset(&chances, 0, sizeof chances);
    chances_seed(&chances, number, 3, 1);
}

static uint64_t share(double value) {
    return chance_from_ppb((uint64_t)(value * (double)PPB));
}

/* Within four deviations of a binomial in which so many packets in a row are alike. */
static void check_share(double hits, double expected, double alike) {
    double deviation = sqrt(expected * (1 - expected) * MANY * alike);
    CHECK(fabs(hits - expected * MANY) < 4 * deviation + 1e-9);
}

static void test_random_loss(void) {
    for (int round = 0; round < 4; round++) {
        double rate = (double[]){0.001, 0.01, 0.1, 0.5}[round];
        struct conditions c = {.loss.rate = share(rate)};
        int lost = 0;
        seed(7);
        for (int i = 0; i < MANY; i++)
            lost += fate_draw(&chances, &c).lost;
        check_share(lost, rate, 1);
    }
    struct conditions all = {.loss.rate = CHANCE_ALL};
    for (int i = 0; i < 1000; i++)
        CHECK(fate_draw(&chances, &all).lost);
}

static void test_gilbert_elliott(void) {
    struct conditions c = {.loss = {.model = LOSS_GILBERT_ELLIOTT,
                                    .to_bad = share(0.01),
                                    .to_good = share(0.2),
                                    .loss_in_bad = CHANCE_ALL}};
    int lost = 0, bursts = 0;
    bool before = false;
    seed(7);
    for (int i = 0; i < MANY; i++) {
        bool now = fate_draw(&chances, &c).lost;
        lost += now;
        bursts += now && !before;
        before = now;
    }
    /* p / (p + r) of all, 1 / r in a row; (1 + rho) / (1 - rho) as many alike, rho = 1 - p - r. */
    check_share(lost, 0.01 / 0.21, 1.79 / 0.21);
    CHECK(fabs((double)lost / bursts - 5) < 0.25);
    /* What the states themselves lose. */
    c.loss.loss_in_bad = share(0.5);
    c.loss.loss_in_good = share(0.1);
    lost = 0;
    for (int i = 0; i < MANY; i++)
        lost += fate_draw(&chances, &c).lost;
    check_share(lost, 0.5 * 0.01 / 0.21 + 0.1 * 0.2 / 0.21, 4);
}

static void test_four_state(void) {
    struct conditions c = {.loss = {.model = LOSS_FOUR_STATE,
                                    .p13 = share(0.02),
                                    .p31 = share(0.3),
                                    .p32 = share(0.2),
                                    .p23 = share(0.4),
                                    .p14 = share(0.05)}};
    /* Balance of what enters and leaves each state, with state 1 as 1. */
    double three = 0.02 / 0.3, two = three * 0.2 / 0.4, four = 0.05;
    int lost = 0;
    seed(7);
    for (int i = 0; i < MANY; i++)
        lost += fate_draw(&chances, &c).lost;
    check_share(lost, (three + four) / (1 + two + three + four), 6);
}

static void test_pattern(void) {
    struct conditions c = {.loss = {.model = LOSS_PATTERN}};
    c.loss.pattern = pattern_new("x..x", 4, true);
    seed(7);
    for (int i = 0; i < 12; i++)
        CHECK(fate_draw(&chances, &c).lost == (i % 4 == 0 || i % 4 == 3));
    c.loss.pattern->repeats = false;
    seed(7);
    for (int i = 0; i < 12; i++)
        CHECK(fate_draw(&chances, &c).lost == (i == 0 || i == 3));
    /* The same pattern in other conditions goes on; another one begins anew. */
    struct conditions same = {.loss = {.model = LOSS_PATTERN}, .delay = 5}, other = same;
    same.loss.pattern = pattern_new("x..x", 4, false);
    other.loss.pattern = pattern_new("xx", 2, false);
    chances_change(&chances, &c, &same);
    CHECK(!fate_draw(&chances, &same).lost);
    chances_change(&chances, &same, &other);
    CHECK(fate_draw(&chances, &other).lost);
    free(c.loss.pattern);
    free(same.loss.pattern);
    free(other.loss.pattern);
}

static void test_memory(void) {
    /* 10% with a correlation of 0.5: 1 - p - r = 0.5. */
    struct conditions c = {.duplicate = {share(0.05), share(0.55)}, .corrupt = {share(0.1), share(0.1)}};
    int duplicated = 0, again = 0, corrupted = 0;
    bool before = false;
    seed(7);
    for (int i = 0; i < MANY; i++) {
        struct fate fate = fate_draw(&chances, &c);
        duplicated += fate.duplicated;
        again += fate.duplicated && before;
        corrupted += fate.corrupted;
        before = fate.duplicated;
    }
    check_share(duplicated, 0.1, 3);
    check_share(corrupted, 0.1, 1);
    CHECK(fabs((double)again / duplicated - 0.55) < 0.01);
}

static void test_gap(void) {
    struct conditions c = {.reorder = {CHANCE_ALL, CHANCE_ALL}, .gap = 5};
    seed(7);
    for (int i = 1; i <= 100; i++)
        CHECK(fate_draw(&chances, &c).overtakes == (i % 5 == 0));
    c = (struct conditions){.reorder = {share(0.25), share(0.25)}, .gap = 1};
    int overtaking = 0;
    for (int i = 0; i < MANY; i++)
        overtaking += fate_draw(&chances, &c).overtakes;
    check_share(overtaking, 0.25, 1);
}

/* The n-th packet meets the same fate whatever else is asked for. */
static void test_independence(void) {
    static bool lost[1000];
    struct conditions plain = {.loss.rate = share(0.1)}, full = plain;
    seed(7);
    for (int i = 0; i < 1000; i++)
        lost[i] = fate_draw(&chances, &plain).lost;
    for (int i = 0; i < JITTER_TABLE_SIZE; i++)
        CHECK(jitter_table_add(0, (size_t)i, (int16_t)(i - 2048)) == 0);
    full.swings = jitter_table(0);
    full.duplicate = full.corrupt = full.reorder = (struct chance){share(0.3), share(0.9)};
    seed(7);
    for (int i = 0; i < 1000; i++) {
        struct conditions *c = i % 3 == 0 ? &plain : &full;
        CHECK(fate_draw(&chances, c).lost == lost[i]);
    }
}

static void test_swings(void) {
    CHECK(jitter_swing(jitter_table(0), 0) == -2048 && jitter_swing(jitter_table(0), UINT64_MAX) == 2047);
    CHECK(jitter_table(1) == NULL && jitter_table(JITTER_TABLES) == NULL);
    CHECK(jitter_table_add(0, 0, 1) < 0 && jitter_table_add(1, 1, 1) < 0 && jitter_table_add(8, 0, 1) < 0);
}

int main(void) {
    test_random_loss();
    test_gilbert_elliott();
    test_four_state();
    test_pattern();
    test_memory();
    test_gap();
    test_independence();
    test_swings();
    printf("fate\n");
    return 0;
}
