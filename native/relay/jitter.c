#include "jitter.h"

#include <errno.h>

static int16_t tables[JITTER_TABLES][JITTER_TABLE_SIZE];
static size_t filled[JITTER_TABLES];

int jitter_table_add(size_t number, size_t start, int16_t value) {
    if (number >= JITTER_TABLES || start >= JITTER_TABLE_SIZE)
        return -ERANGE;
    if (start != filled[number])
        return -EEXIST;
    tables[number][start] = value;
    filled[number]++;
    return 0;
}

const int16_t *jitter_table(size_t number) {
    return number < JITTER_TABLES && filled[number] == JITTER_TABLE_SIZE ? tables[number] : NULL;
}
