/* When frames arrive: order, rate, queue, and what a change does to those on their way. */
#include <string.h>

#include "../line.h"
#include "check.h"

static const uint64_t MS = 1000000;
static struct line line;

static struct frame *put(const struct conditions *conditions, uint64_t now, uint32_t bytes, int32_t swing) {
    struct frame *frame = frame_new(0);
    CHECK(frame != NULL);
    frame->wires = 1;
    frame->wire_bytes = bytes;
    frame->swing = swing;
    line_put(&line, conditions, now, frame);
    return frame;
}

static void clear(void) {
    while (line.first)
        line_drop_first(&line);
    CHECK(line.last == NULL && line.waiting == NULL && line.waiting_count == 0);
    memset(&line, 0, sizeof line);
}

static void test_delay_keeps_order(void) {
    struct conditions c = {.delay = 10 * MS, .jitter = 5 * MS};
    struct frame *late = put(&c, 100 * MS, 100, 65536);
    struct frame *early = put(&c, 100 * MS, 100, -65536);
    struct frame *bounded = put(&c, 200 * MS, 100, -6 * 65536);
    CHECK(late->due == 115 * MS);
    CHECK(early->due == late->due);
    CHECK(bounded->due == 200 * MS);
    clear();
}

static void test_rate_is_exact_in_the_long_run(void) {
    struct conditions c = {.rate = 3000000, .queue = 1000000};
    uint64_t now = 5 * MS;
    struct frame *last = NULL;
    for (int i = 0; i < 3000; i++)
        last = put(&c, now, 1000, 0);
    /* 3000 packets of 8000 bits at 3 Mbit/s are 8 s; each alone is 2666666.67 ns. */
    CHECK(last->due == now + 8000 * MS);
    clear();
}

static void test_queue(void) {
    struct conditions c = {.rate = 8000, .queue = 2};
    for (int i = 0; i < 3; i++) {
        CHECK(line_has_room(&line, &c, 0));
        put(&c, 0, 1, 0);
    }
    CHECK(!line_has_room(&line, &c, 0));
    CHECK(!line_has_room(&line, &c, MS - 1));
    CHECK(line_has_room(&line, &c, MS));
    clear();
}

static void test_absurd_rate_fills_up(void) {
    struct conditions c = {.rate = 1, .queue = 1000000};
    int taken = 0;
    while (taken < 1000000 && line_has_room(&line, &c, 0)) {
        struct frame *before = line.last, *frame = put(&c, 0, 65535, 0);
        CHECK(before == NULL || frame->due > before->due);
        taken++;
    }
    CHECK(taken > 1000 && taken < 1000000);
    clear();
}

static void test_shorter_wire(void) {
    struct conditions far = {.delay = 1000 * MS}, near = {.delay = 100 * MS};
    struct frame *first = put(&far, 0, 100, 0), *second = put(&far, 50 * MS, 100, 0);
    line_change(&line, &far, &near, 500 * MS);
    CHECK(first->due == 100 * MS && second->due == 150 * MS);
    line_change(&line, &near, &far, 500 * MS);
    CHECK(first->due == 100 * MS && second->due == 150 * MS);
    clear();
}

static void test_faster_wire(void) {
    struct conditions slow = {.rate = 8000, .queue = 10, .delay = MS};
    struct conditions fast = {.rate = 16000, .queue = 10, .delay = MS};
    struct conditions free_of_rate = {.delay = MS};
    struct frame *first = put(&slow, 0, 100, 0), *second = put(&slow, 0, 100, 0);
    CHECK(first->due == 101 * MS && second->due == 201 * MS);
    /* Half of the first is out: its rest takes 25 ms. */
    line_change(&line, &slow, &fast, 50 * MS);
    CHECK(first->due == 76 * MS && second->due == 126 * MS);
    line_change(&line, &fast, &free_of_rate, 60 * MS);
    CHECK(first->due == 61 * MS && second->due == 61 * MS);
    CHECK(line.waiting == NULL && line.waiting_count == 0);
    clear();
}

static void test_put_back(void) {
    struct conditions c = {.delay = 10 * MS};
    struct frame *held = put(&c, 0, 100, 0), *back = frame_new(0);
    line_put_first(&line, 5 * MS, back);
    CHECK(line.first == back && back->next == held && line.last == held);
    clear();
    back = frame_new(0);
    line_put_first(&line, 5 * MS, back);
    CHECK(line.last == back);
    clear();
}

int main(void) {
    test_delay_keeps_order();
    test_rate_is_exact_in_the_long_run();
    test_queue();
    test_absurd_rate_fills_up();
    test_shorter_wire();
    test_faster_wire();
    test_put_back();
    printf("line\n");
    return 0;
}
