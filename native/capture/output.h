/* The file: whole blocks are gathered and written, so that it ends with a whole one whatever happens. */
#ifndef NETRIG_CAPTURE_OUTPUT_H
#define NETRIG_CAPTURE_OUTPUT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Blocks after the last packet: there is room for them also in a file of bounded size. */
enum { OUTPUT_ROOM = 1 << 20 };

/* Truncates the file; no packet goes in beyond `limit` bytes less what output_reserve asks for, 0: any number. */
void output_open(int fd, uint64_t limit);

/* Keeps room for the blocks that end the file. */
void output_reserve(size_t size);

/* Where a block of at most OUTPUT_ROOM bytes may be put; NULL when the file takes none any more. */
unsigned char *output_room(void);

/*
 * Takes over the block that was put there. False: it is not in the file, for that would be larger than
 * its limit, or has failed. Blocks that end the file pass `last`.
 */
bool output_add(size_t size, bool last);

/* Writes what was gathered. */
void output_flush(void);

/* Overwrites a part that was written before. */
void output_patch(uint64_t at, const void *bytes, size_t size);

/* How long the file is, with what was gathered. */
uint64_t output_size(void);

/* The errno that it failed with, or 0. */
int output_error(void);

#endif
