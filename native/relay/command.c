#include "command.h"

#include <errno.h>
#include <limits.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include "clock.h"
#include "frame.h"
#include "link.h"

enum { NUMBERS_MAX = 15 };

/* Bounds within which no sum or product of times runs over (see line.c). */
#define DELAY_MAX (24 * 3600 * NANOSECONDS_PER_SECOND)
#define JITTER_MAX (3600 * NANOSECONDS_PER_SECOND)
#define LOSS_ALL 1000000000ULL
#define RATE_MAX 1000000000000ULL
#define QUEUE_MAX 1000000ULL

static int run_ping(const uint64_t *numbers) {
    (void)numbers;
    return 0;
}

/* The direction that numbers 0 and 1 name, or NULL. */
static struct direction *named_direction(const uint64_t *numbers) {
    struct link *link = numbers[0] < LINKS ? link_find((uint32_t)numbers[0]) : NULL;

    return link && numbers[1] < 2 ? &link->directions[numbers[1]] : NULL;
}

/* Five numbers: delay, jitter, loss, rate, queue. */
static int read_conditions(const uint64_t *numbers, struct conditions *conditions) {
    if (numbers[0] > DELAY_MAX || numbers[1] > JITTER_MAX || numbers[2] > LOSS_ALL || numbers[3] > RATE_MAX ||
        numbers[4] > QUEUE_MAX)
        return -ERANGE;
    __extension__ unsigned __int128 loss = (unsigned __int128)numbers[2] << 63;

    *conditions = (struct conditions){
        .delay = numbers[0],
        .jitter = numbers[1],
        .loss = (uint64_t)(loss / LOSS_ALL),
        .rate = numbers[3],
        .queue = numbers[4],
    };
    return 0;
}

static int run_set(const uint64_t *numbers) {
    struct direction *direction = named_direction(numbers);
    struct conditions conditions;

    if (direction == NULL)
        return -ENOENT;
    int failed = read_conditions(numbers + 2, &conditions);

    if (failed == 0)
        direction_set(direction, &conditions);
    return failed;
}

static int run_link(const uint64_t *numbers) {
    struct conditions conditions[2];

    if (numbers[0] >= LINKS || numbers[1] > INT_MAX || numbers[2] > INT_MAX)
        return -ERANGE;
    if (read_conditions(numbers + 4, &conditions[0]) < 0 || read_conditions(numbers + 9, &conditions[1]) < 0)
        return -ERANGE;
    return link_add((uint32_t)numbers[0], (int[]){(int)numbers[1], (int)numbers[2]}, numbers[3], conditions);
}

static int run_down(const uint64_t *numbers) {
    struct direction *direction = named_direction(numbers);

    if (direction == NULL)
        return -ENOENT;
    if (numbers[2] > 1)
        return -ERANGE;
    direction_set_down(direction, numbers[2] == 1);
    return 0;
}

static int run_port(const uint64_t *numbers) {
    struct link *link = numbers[0] < LINKS ? link_find((uint32_t)numbers[0]) : NULL;

    if (link == NULL)
        return -ENOENT;
    if (numbers[1] > 1 || numbers[2] > INT_MAX)
        return -ERANGE;
    return link_set_port(link, (unsigned)numbers[1], (int)numbers[2]);
}

static int run_unlink(const uint64_t *numbers) {
    if (numbers[0] >= LINKS || link_find((uint32_t)numbers[0]) == NULL)
        return -ENOENT;
    link_remove((uint32_t)numbers[0]);
    return 0;
}

static int run_memory(const uint64_t *numbers) {
    if (numbers[0] > SIZE_MAX)
        return -ERANGE;
    frame_set_limit((size_t)numbers[0]);
    return 0;
}

static const struct {
    const char *verb;
    unsigned numbers; /* after the ID */
    int (*run)(const uint64_t *numbers);
} commands[] = {
    {"ping", 0, run_ping}, {"link", 14, run_link},    {"set", 7, run_set},       {"down", 3, run_down},
    {"port", 3, run_port}, {"unlink", 1, run_unlink}, {"memory", 1, run_memory},
};

/* Digits only: strtoull would take signs and blanks. Nothing is written unless it is a number. */
static bool read_number(const char *word, uint64_t *number) {
    uint64_t value = 0;

    if (*word == '\0')
        return false;
    for (; *word; word++) {
        unsigned digit = (unsigned)(*word - '0');

        if (digit > 9 || value > (UINT64_MAX - digit) / 10)
            return false;
        value = value * 10 + digit;
    }
    *number = value;
    return true;
}

static struct answer refuse(uint64_t id, int error, const char *sentence) {
    return (struct answer){.id = id, .error = error, .sentence = sentence};
}

struct answer command_run(char *line) {
    uint64_t numbers[NUMBERS_MAX] = {0};
    unsigned count = 0;
    char *rest = NULL;
    const char *verb = strtok_r(line, " ", &rest);

    for (char *word; (word = strtok_r(NULL, " ", &rest)) != NULL;)
        if (count == NUMBERS_MAX || !read_number(word, &numbers[count++]))
            return refuse(numbers[0], -EINVAL, "a command is a verb and numbers");
    for (size_t i = 0; verb && i < sizeof commands / sizeof *commands; i++) {
        if (strcmp(verb, commands[i].verb) != 0)
            continue;
        if (count != commands[i].numbers + 1)
            return refuse(numbers[0], -EINVAL, "wrong number of words");
        int failed = commands[i].run(numbers + 1);

        return refuse(numbers[0], failed, failed ? strerror(-failed) : "");
    }
    return refuse(numbers[0], -EINVAL, "unknown command");
}
