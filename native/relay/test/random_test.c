/* random_test SEED LINK DIRECTION: the first draws of every stream, for comparison. */
#include <inttypes.h>

#include "../fate.h"
#include "check.h"

int main(int argc, char **argv) {
    struct chances chances = {0};
    CHECK(argc == 4);
    chances_seed(&chances, strtoull(argv[1], NULL, 10), (uint32_t)atoi(argv[2]), (unsigned)atoi(argv[3]));
    for (int i = 0; i < 1000; i++)
        for (int stream = 0; stream < RANDOM_PURPOSES; stream++)
            printf("%" PRIu64 "%c", random_next(&chances.streams[stream]),
                   stream + 1 < RANDOM_PURPOSES ? ' ' : '\n');
    return 0;
}
