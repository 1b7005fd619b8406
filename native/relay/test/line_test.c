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
    frame->swing = swing / 8;
    line_put(&line, conditions, now, frame);
    return frame;
}

static void clear(void) {
    line_clear(&line);
    CHECK(line_empty(&line) && line.waiting_count == 0 && line.waiting_bytes == 0 && line.overtakers == 0);
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
    struct conditions c = {.rate = 3000000, .queue_packets = 1000000};
    uint64_t now = 5 * MS;
    struct frame *last = NULL;
    for (int i = 0; i < 3000; i++)
        last = put(&c, now, 1000, 0);
    /* 3000 packets of 8000 bits at 3 Mbit/s are 8 s; each alone is 2666666.67 ns. */
    CHECK(last->due == now + 8000 * MS);
    clear();
}

static void test_queue(void) {
    struct conditions c = {.rate = 8000, .queue_packets = 2};
    for (int i = 0; i < 3; i++) {
        CHECK(line_has_room(&line, &c, 0, 1));
        put(&c, 0, 1, 0);
    }
    CHECK(!line_has_room(&line, &c, 0, 1));
    CHECK(!line_has_room(&line, &c, MS - 1, 1));
    CHECK(line_has_room(&line, &c, MS, 1));
    clear();
}

static void test_absurd_rate_fills_up(void) {
    struct conditions c = {.rate = 1, .queue_packets = 1000000};
    int taken = 0;
    while (taken < 1000000 && line_has_room(&line, &c, 0, 1)) {
        struct frame *before = line.waiting.last, *frame = put(&c, 0, 65535, 0);
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
    struct conditions slow = {.rate = 8000, .queue_packets = 10, .delay = MS};
    struct conditions fast = {.rate = 16000, .queue_packets = 10, .delay = MS};
    struct conditions free_of_rate = {.delay = MS};
    struct frame *first = put(&slow, 0, 100, 0), *second = put(&slow, 0, 100, 0);
    CHECK(first->due == 101 * MS && second->due == 201 * MS);
    /* Half of the first is out: its rest takes 25 ms. */
    line_change(&line, &slow, &fast, 50 * MS);
    CHECK(first->due == 76 * MS && second->due == 126 * MS);
    line_change(&line, &fast, &free_of_rate, 60 * MS);
    CHECK(first->due == 61 * MS && second->due == 61 * MS);
    CHECK(line.waiting.first == NULL && line.waiting_count == 0);
    clear();
}

static void test_put_back(void) {
    struct conditions c = {.delay = 10 * MS};
    struct frame *held = put(&c, 0, 100, 0), *back = frame_new(0);
    line_put_first(&line, 5 * MS, back);
    CHECK(line.flight.first == back && back->next == held && line.flight.last == held);
    clear();
    back = frame_new(0);
    line_put_first(&line, 5 * MS, back);
    CHECK(line.flight.last == back);
    clear();
}

static void test_queue_in_bytes_and_time(void) {
    struct conditions c = {.rate = 8000, .queue_bytes = 250};
    for (int i = 0; i < 3; i++) {
        CHECK(line_has_room(&line, &c, 0, 100));
        put(&c, 0, 100, 0);
    }
    /* One is being sent, 200 bytes wait. */
    CHECK(!line_has_room(&line, &c, 0, 51) && line_has_room(&line, &c, 0, 50));
    CHECK(line_has_room(&line, &c, 100 * MS, 150) && !line_has_room(&line, &c, 100 * MS, 151));
    clear();
    c = (struct conditions){.rate = 8000, .queue_time = 150 * MS};
    put(&c, 0, 100, 0);
    CHECK(line_has_room(&line, &c, 0, 1000));
    put(&c, 0, 100, 0);
    CHECK(!line_has_room(&line, &c, 49 * MS, 1) && line_has_room(&line, &c, 50 * MS, 1));
    clear();
}

static void test_framing(void) {
    struct conditions c = {.rate = 8000000, .overhead = -14, .cell_size = 48, .cell_overhead = 5};
    /* 96 bytes without the header are two cells, 97 are three. */
    CHECK(put(&c, 0, 110, 0)->due == 106000);
    CHECK(put(&c, 0, 111, 0)->due == 106000 + 159000);
    clear();
}

static void test_overtaking(void) {
    struct conditions c = {.delay = 100 * MS};
    struct frame *slow = put(&c, 0, 100, 0), *fast = frame_new(0);
    fast->overtakes = true;
    line_put(&line, &c, MS, fast);
    CHECK(line_due(&line, MS, NULL) == fast && line_due(&line, MS, fast) == NULL);
    CHECK(line.overtaken == 1 && line_next(&line) == MS);
    line_drop_first(&line);
    CHECK(line_next(&line) == 100 * MS && line_due(&line, 100 * MS, NULL) == slow);
    clear();
    /* It waits for its turn in front of a rate, and overtakes behind it. */
    c.rate = 8000;
    slow = put(&c, 0, 10, 0);
    fast = frame_new(0);
    fast->overtakes = true;
    fast->wire_bytes = 10;
    line_put(&line, &c, 0, fast);
    struct frame *last = put(&c, 0, 10, 0);
    CHECK(line_due(&line, 19 * MS, NULL) == NULL && line_next(&line) == 20 * MS);
    CHECK(line_due(&line, 20 * MS, NULL) == fast);
    line_drop_first(&line);
    CHECK(line_next(&line) == 110 * MS && line_due(&line, 110 * MS, NULL) == slow);
    line_drop_first(&line);
    CHECK(line_next(&line) == 130 * MS && line_due(&line, 130 * MS, NULL) == last);
    CHECK(line.overtaken == 1);
    clear();
}

static void test_trace(void) {
    struct conditions none = {0}, c = {0};
    for (size_t i = 0; i < 4; i++)
        CHECK(trace_add(0, i, (uint64_t[]){2, 2, 5, 10}[i]) == 0);
    CHECK((c.trace = trace_find(0)) != NULL && trace_find(1) == NULL);
    CHECK(trace_add(0, 4, 9) < 0 && trace_add(0, 9, 20) < 0 && trace_add(TRACES, 0, 1) < 0);
    uint64_t begin = 1000 * MS;
    line_change(&line, &none, &c, begin);
    /* An opportunity is one full packet of 1500 bytes and the ethernet header. */
    CHECK(put(&c, begin, 1514, 0)->due == begin + 2 * MS);
    CHECK(put(&c, begin, 1514, 0)->due == begin + 2 * MS);
    CHECK(put(&c, begin, 1514, 0)->due == begin + 5 * MS);
    CHECK(put(&c, begin, 1514, 0)->due == begin + 10 * MS);
    CHECK(put(&c, begin, 1514, 0)->due == begin + 12 * MS);
    clear();
    line_change(&line, &none, &c, begin);
    /* Two small ones share one; what nobody uses is gone; a large one takes several. */
    CHECK(put(&c, begin + 3 * MS, 762, 0)->due == begin + 5 * MS);
    CHECK(put(&c, begin + 3 * MS, 762, 0)->due == begin + 5 * MS);
    CHECK(put(&c, begin + 3 * MS, 100, 0)->due == begin + 10 * MS);
    CHECK(put(&c, begin + 1000000 * MS + 4 * MS, 3018, 0)->due == begin + 1000010 * MS);
    CHECK(put(&c, begin + 2000010 * MS, 1514, 0)->due == begin + 2000010 * MS);
    clear();
    /* A rate that becomes a trace, and back. */
    struct conditions rate = {.rate = 8000};
    struct frame *first = put(&rate, begin, 100, 0), *second = put(&rate, begin, 100, 0);
    line_change(&line, &rate, &c, begin + MS);
    CHECK(first->due == begin + 3 * MS && second->due == begin + 3 * MS);
    line_change(&line, &c, &rate, begin + 2 * MS);
    CHECK(first->due == begin + 102 * MS && second->due == begin + 202 * MS);
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
    test_queue_in_bytes_and_time();
    test_framing();
    test_overtaking();
    test_trace();
    printf("line\n");
    return 0;
}
