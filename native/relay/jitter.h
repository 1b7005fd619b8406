#ifndef RELAY_JITTER_H
#define RELAY_JITTER_H

#include <stddef.h>
#include <stdint.h>

/*
 * How delays swing: tables of equally likely deviations in 1/8192 of the jitter, the same that netem
 * gets (src/wire/conditions/distribution.ts). Whole numbers that come from Node, so that no libm
 * changes the universe of a seed.
 */
enum { JITTER_TABLES = 8, JITTER_TABLE_BITS = 12, JITTER_TABLE_SIZE = 1 << JITTER_TABLE_BITS };

#define JITTER_ONE 8192

/* Fills a table from that entry on. 0 or -errno; a table that is full stays as it is. */
int jitter_table_add(size_t number, size_t start, int16_t value);

/* NULL when there is no such table, or not all of it. */
const int16_t *jitter_table(size_t number);

static inline int32_t jitter_swing(const int16_t *table, uint64_t draw) {
    return table ? table[draw >> (64 - JITTER_TABLE_BITS)] : 0;
}

#endif
