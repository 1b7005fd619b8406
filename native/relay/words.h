#ifndef RELAY_WORDS_H
#define RELAY_WORDS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Commands are words between single spaces; `text` is what is left of one, and is cut in place. */

/* The next word, NULL at the end. */
char *words_next(char **text);

/* The next word as a decimal number. */
bool words_number(char **text, uint64_t *number);

/* The same for so many at once; nothing may follow with words_end(). */
bool words_numbers(char **text, uint64_t *numbers, size_t count);
bool words_end(char **text);

/* A whole word as a number: digits only, where strtoull would take signs and blanks. */
bool word_number(const char *word, uint64_t *number);

/* The next part of a word between commas, NULL at the end. */
char *word_part(char **word);

/* Exactly so many numbers between commas. */
bool word_numbers(char *word, uint64_t *numbers, size_t count);

/* Pairs of hexadecimal digits, `most` bytes of them at most. False unless it is nothing else. */
bool word_bytes(const char *word, unsigned char *bytes, size_t most, size_t *size);

#endif
