/* random_test SEED LINK DIRECTION: the first loss draws and normal deviates, for comparison. */
#include <inttypes.h>

#include "../random.h"
#include "check.h"

int main(int argc, char **argv) {
    struct random loss, jitter;
    CHECK(argc == 4);
    uint64_t seed = strtoull(argv[1], NULL, 10);
    uint32_t link = (uint32_t)atoi(argv[2]);
    unsigned direction = (unsigned)atoi(argv[3]);
    random_seed(&loss, seed, link, direction, RANDOM_LOSS);
    random_seed(&jitter, seed, link, direction, RANDOM_JITTER);
    for (int i = 0; i < 5000; i++)
        printf("%" PRIu64 " %d\n", random_next(&loss), random_normal(&jitter));
    return 0;
}
