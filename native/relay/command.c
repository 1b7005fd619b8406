#include "command.h"

#include <errno.h>
#include <limits.h>
#include <linux/if_ether.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>
#include <unistd.h>

#include "control.h"
#include "frame.h"
#include "held.h"
#include "jitter.h"
#include "link.h"
#include "rule.h"
#include "trace.h"
#include "watch.h"
#include "words.h"

enum { SWING_SHIFT = 32768 };

static int run_ping(char **words) {
    return words_end(words) ? 0 : -EINVAL;
}

/* The link that the next word names. */
static int read_link(char **words, struct link **link) {
    uint64_t number;

    if (!words_number(words, &number))
        return -EINVAL;
    *link = number < LINKS ? link_find((uint32_t)number) : NULL;
    return *link ? 0 : -ENOENT;
}

/* The direction that the next two words name. */
static int read_direction(char **words, struct direction **direction) {
    struct link *link;
    uint64_t side;
    int failed = read_link(words, &link);

    if (failed < 0)
        return failed;
    if (!words_number(words, &side))
        return -EINVAL;
    if (side > 1)
        return -ENOENT;
    *direction = &link->directions[side];
    return 0;
}

static int run_set(char **words) {
    struct direction *direction;
    struct conditions conditions;
    int failed = read_direction(words, &direction);

    if (failed == 0)
        failed = conditions_read(words, &conditions);
    if (failed == 0)
        direction_set(direction, &conditions);
    return failed;
}

static int add_link(const uint64_t *numbers, const struct conditions *conditions) {
    int failed = link_add((uint32_t)numbers[0], (int[]){(int)numbers[1], (int)numbers[2]}, numbers[3]);

    if (failed < 0)
        return failed;
    struct link *link = link_find((uint32_t)numbers[0]);

    /* Nothing is heard of its ports yet: they hold from the first frame on. */
    for (int side = 0; side < 2; side++)
        direction_set(&link->directions[side], &conditions[side]);
    return 0;
}

static int run_link(char **words) {
    struct conditions conditions[2];
    uint64_t numbers[4];

    if (!words_numbers(words, numbers, 4))
        return -EINVAL;
    if (numbers[0] >= LINKS || numbers[1] > INT_MAX || numbers[2] > INT_MAX)
        return -ERANGE;
    int failed = conditions_read(words, &conditions[0]);

    if (failed < 0)
        return failed;
    failed = conditions_read(words, &conditions[1]);
    if (failed < 0) {
        conditions_release(&conditions[0]);
        return failed;
    }
    failed = add_link(numbers, conditions);
    if (failed < 0)
        for (int side = 0; side < 2; side++)
            conditions_release(&conditions[side]);
    return failed;
}

static int run_down(char **words) {
    struct direction *direction;
    uint64_t down;
    int failed = read_direction(words, &direction);

    if (failed < 0)
        return failed;
    if (!words_number(words, &down) || down > 1)
        return -EINVAL;
    direction_set_down(direction, down == 1);
    return 0;
}

static int run_port(char **words) {
    struct link *link;
    uint64_t numbers[2];
    int failed = read_link(words, &link);

    if (failed < 0)
        return failed;
    if (!words_numbers(words, numbers, 2) || numbers[0] > 1 || numbers[1] > INT_MAX)
        return -EINVAL;
    return link_set_port(link, (unsigned)numbers[0], (int)numbers[1]);
}

static int run_unlink(char **words) {
    uint64_t number;

    if (!words_number(words, &number))
        return -EINVAL;
    if (number >= LINKS || link_find((uint32_t)number) == NULL)
        return -ENOENT;
    link_remove((uint32_t)number);
    return 0;
}

static int run_memory(char **words) {
    uint64_t bytes;

    if (!words_number(words, &bytes))
        return -EINVAL;
    frame_set_limit(bytes);
    return 0;
}

/* What is long comes in pieces: where each begins says that none is missing. */
static int run_swings(char **words) {
    uint64_t numbers[2], value;
    int failed = words_numbers(words, numbers, 2) ? 0 : -EINVAL;
    char *word;

    for (size_t at = numbers[1]; failed == 0 && (word = words_next(words)); at++)
        failed = !word_number(word, &value) || value > UINT16_MAX
                     ? -EINVAL
                     : jitter_table_add(numbers[0], at, (int16_t)((int)value - SWING_SHIFT));
    return failed;
}

static int run_trace(char **words) {
    uint64_t numbers[2], millisecond;
    int failed = words_numbers(words, numbers, 2) ? 0 : -EINVAL;
    char *word;

    for (size_t at = numbers[1]; failed == 0 && (word = words_next(words)); at++)
        failed = word_number(word, &millisecond) ? trace_add(numbers[0], at, millisecond) : -EINVAL;
    return failed;
}

static int run_rule(char **words) {
    uint64_t number;
    struct link *link;

    if (!words_number(words, &number))
        return -EINVAL;
    int failed = read_link(words, &link);

    return failed < 0 ? failed : rule_add(number, link, words);
}

static int run_unrule(char **words) {
    uint64_t number;

    if (!words_number(words, &number))
        return -EINVAL;
    struct rule *rule = rule_find(number);

    if (rule == NULL)
        return -ENOENT;
    rule_remove(rule);
    return 0;
}

static int run_watch(char **words) {
    int fd = control_descriptor();
    struct link *link;
    int failed = fd < 0 ? -EBADF : read_link(words, &link);

    if (failed == 0)
        return watch_begin(link, fd);
    if (fd >= 0)
        close(fd);
    return failed;
}

static int run_unwatch(char **words) {
    struct link *link;
    int failed = read_link(words, &link);

    if (failed == 0)
        watch_end(link);
    return failed;
}

static int run_answer(char **words) {
    static unsigned char bytes[FRAME_MAX];
    struct action action;
    uint64_t question;
    size_t size = 0;

    if (!words_number(words, &question))
        return -EINVAL;
    char *word = words_next(words);
    int failed = word ? action_read(word, &action) : -EINVAL;

    if (failed < 0)
        return failed;
    word = words_next(words);
    if (action.act == ACT_ASK || (word && (!word_bytes(word, bytes, sizeof bytes, &size) || size < ETH_HLEN)))
        return -EINVAL;
    return held_answer(question, &action, bytes, size);
}

static const struct {
    const char *verb;
    int (*run)(char **words);
} commands[] = {
    {"ping", run_ping},     {"link", run_link},     {"set", run_set},       {"down", run_down},
    {"port", run_port},     {"unlink", run_unlink}, {"memory", run_memory}, {"swings", run_swings},
    {"trace", run_trace},   {"rule", run_rule},     {"unrule", run_unrule}, {"answer", run_answer},
    {"watch", run_watch},   {"unwatch", run_unwatch},
};

struct answer command_run(char *line) {
    char *words = line;
    const char *verb = words_next(&words);
    uint64_t id = 0;

    if (verb == NULL || !words_number(&words, &id))
        return (struct answer){.id = id, .error = -EINVAL, .sentence = "a command is a verb, a number and more"};
    for (size_t i = 0; i < sizeof commands / sizeof *commands; i++) {
        if (strcmp(verb, commands[i].verb) != 0)
            continue;
        int failed = commands[i].run(&words);

        return (struct answer){.id = id, .error = failed, .sentence = failed ? strerror(-failed) : ""};
    }
    return (struct answer){.id = id, .error = -EINVAL, .sentence = "unknown command"};
}
