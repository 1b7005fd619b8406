#include "conditions.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "clock.h"
#include "jitter.h"
#include "words.h"

/* Bounds within which no sum or product of times runs over (see line.c). */
#define DELAY_MAX (24 * 3600 * NANOSECONDS_PER_SECOND)
#define JITTER_MAX (3600 * NANOSECONDS_PER_SECOND)
#define RATE_MAX 1000000000000ULL
#define QUEUE_MAX (1ULL << 40)
#define BYTES_MAX 65535ULL
enum { OVERHEAD_LEAST = -64, PATTERN_MAX = 65536 };

void conditions_release(struct conditions *conditions) {
    free(conditions->loss.pattern);
    conditions->loss.pattern = NULL;
}

static int read_number(char *value, uint64_t most, uint64_t *number) {
    if (!word_number(value, number))
        return -EINVAL;
    return *number > most ? -ERANGE : 0;
}

static int read_small(char *value, uint32_t *number) {
    uint64_t read = 0;
    int failed = read_number(value, BYTES_MAX, &read);

    *number = (uint32_t)read;
    return failed;
}

/* So many chances in parts of 10^9. */
static int read_chances(char *value, uint64_t *chances, size_t count) {
    if (!word_numbers(value, chances, count))
        return -EINVAL;
    for (size_t i = 0; i < count; i++) {
        if (chances[i] > CHANCE_PPB)
            return -ERANGE;
        chances[i] = chance_from_ppb(chances[i]);
    }
    return 0;
}

/* How likely a miss is followed by a hit, and a hit by a miss. */
static int read_chance(char *value, struct chance *chance) {
    uint64_t changes[2];
    int failed = read_chances(value, changes, 2);

    if (failed == 0)
        *chance = (struct chance){.after_miss = changes[0], .after_hit = CHANCE_ALL - changes[1]};
    return failed;
}

static int read_pattern(char *value, struct loss *loss) {
    uint64_t repeats;

    if (!word_number(word_part(&value), &repeats) || repeats > 1 || value == NULL)
        return -EINVAL;
    size_t size = strlen(value);

    if (size == 0 || size > PATTERN_MAX || strspn(value, "x.") != size)
        return -EINVAL;
    free(loss->pattern);
    loss->pattern = pattern_new(value, size, repeats == 1);
    return loss->pattern ? 0 : -ENOMEM;
}

static int read_loss(char *value, struct loss *loss) {
    const char *model = word_part(&value);
    uint64_t chances[5];
    int failed = -EINVAL;

    if (model == NULL)
        return -EINVAL;
    if (strcmp(model, "random") == 0) {
        loss->model = LOSS_RANDOM;
        failed = read_chances(value, &loss->rate, 1);
    } else if (strcmp(model, "gilbert-elliott") == 0) {
        loss->model = LOSS_GILBERT_ELLIOTT;
        failed = read_chances(value, chances, 4);
        loss->to_bad = chances[0];
        loss->to_good = chances[1];
        loss->loss_in_bad = chances[2];
        loss->loss_in_good = chances[3];
    } else if (strcmp(model, "four-state") == 0) {
        loss->model = LOSS_FOUR_STATE;
        failed = read_chances(value, chances, 5);
        loss->p13 = chances[0];
        loss->p31 = chances[1];
        loss->p32 = chances[2];
        loss->p23 = chances[3];
        loss->p14 = chances[4];
    } else if (strcmp(model, "pattern") == 0) {
        loss->model = LOSS_PATTERN;
        failed = read_pattern(value, loss);
    }
    return failed;
}

static int read_reorder(char *value, struct conditions *conditions) {
    char *gap = value ? strrchr(value, ',') : NULL;

    if (gap == NULL)
        return -EINVAL;
    *gap = '\0';
    int failed = read_chance(value, &conditions->reorder);
    uint64_t number = 0;

    if (failed == 0)
        failed = read_number(gap + 1, UINT32_MAX, &number);
    conditions->gap = (uint32_t)number;
    return failed;
}

/* The only number that may be below zero. */
static int read_overhead(char *value, int32_t *overhead) {
    bool negative = value && *value == '-';
    uint32_t number;
    int failed = read_small(value + negative, &number);

    *overhead = negative ? -(int32_t)number : (int32_t)number;
    return failed == 0 && *overhead < OVERHEAD_LEAST ? -ERANGE : failed;
}

static int read_cell(char *value, struct conditions *conditions) {
    uint64_t numbers[2];

    if (!word_numbers(value, numbers, 2))
        return -EINVAL;
    conditions->cell_size = (uint32_t)numbers[0];
    conditions->cell_overhead = (uint32_t)numbers[1];
    return numbers[0] == 0 || numbers[0] > BYTES_MAX || numbers[1] > BYTES_MAX ? -ERANGE : 0;
}

static int read_swings(char *value, const int16_t **swings) {
    uint64_t number;

    if (!word_number(value, &number))
        return -EINVAL;
    *swings = jitter_table(number);
    return *swings ? 0 : -ENOENT;
}

static int read_trace(char *value, const struct trace **trace) {
    uint64_t number;

    if (!word_number(value, &number))
        return -EINVAL;
    *trace = trace_find(number);
    return *trace ? 0 : -ENOENT;
}

static int read_word(const char *name, char *value, struct conditions *c) {
    if (strcmp(name, "delay") == 0)
        return read_number(value, DELAY_MAX, &c->delay);
    if (strcmp(name, "jitter") == 0)
        return read_number(value, JITTER_MAX, &c->jitter);
    if (strcmp(name, "swings") == 0)
        return read_swings(value, &c->swings);
    if (strcmp(name, "loss") == 0)
        return read_loss(value, &c->loss);
    if (strcmp(name, "duplicate") == 0)
        return read_chance(value, &c->duplicate);
    if (strcmp(name, "corrupt") == 0)
        return read_chance(value, &c->corrupt);
    if (strcmp(name, "reorder") == 0)
        return read_reorder(value, c);
    if (strcmp(name, "rate") == 0)
        return read_number(value, RATE_MAX, &c->rate);
    if (strcmp(name, "overhead") == 0)
        return read_overhead(value, &c->overhead);
    if (strcmp(name, "cell") == 0)
        return read_cell(value, c);
    if (strcmp(name, "mtu") == 0)
        return read_small(value, &c->mtu);
    if (strcmp(name, "trace") == 0)
        return read_trace(value, &c->trace);
    if (strcmp(name, "queue-packets") == 0)
        return read_number(value, QUEUE_MAX, &c->queue_packets);
    if (strcmp(name, "queue-bytes") == 0)
        return read_number(value, QUEUE_MAX, &c->queue_bytes);
    if (strcmp(name, "queue-time") == 0)
        return read_number(value, DELAY_MAX, &c->queue_time);
    return -EINVAL;
}

int conditions_read(char **text, struct conditions *conditions) {
    int failed = 0;

    memset(conditions, 0, sizeof *conditions);
    for (char *word; failed == 0 && (word = words_next(text)) && strcmp(word, "/") != 0;) {
        char *value = strchr(word, '=');

        if (value)
            *value++ = '\0';
        failed = value ? read_word(word, value, conditions) : -EINVAL;
    }
    if (failed == 0 && conditions->jitter != 0 && conditions->swings == NULL)
        failed = -EINVAL;
    if (failed == 0 && conditions->rate != 0 && conditions->trace != NULL)
        failed = -EINVAL;
    if (failed < 0)
        conditions_release(conditions);
    return failed;
}
