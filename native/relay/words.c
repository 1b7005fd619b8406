#include "words.h"

#include <string.h>

static char *split(char **text, const char *between) {
    if (*text == NULL || **text == '\0')
        return NULL;
    return strsep(text, between);
}

char *words_next(char **text) {
    return split(text, " ");
}

char *word_part(char **word) {
    return split(word, ",");
}

bool words_end(char **text) {
    return words_next(text) == NULL;
}

bool word_number(const char *word, uint64_t *number) {
    uint64_t value = 0;

    if (word == NULL || *word == '\0')
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

bool words_number(char **text, uint64_t *number) {
    return word_number(words_next(text), number);
}

bool words_numbers(char **text, uint64_t *numbers, size_t count) {
    for (size_t i = 0; i < count; i++)
        if (!words_number(text, &numbers[i]))
            return false;
    return true;
}

bool word_numbers(char *word, uint64_t *numbers, size_t count) {
    for (size_t i = 0; i < count; i++)
        if (!word_number(word_part(&word), &numbers[i]))
            return false;
    return word_part(&word) == NULL;
}

static int digit_of(char letter) {
    if (letter >= '0' && letter <= '9')
        return letter - '0';
    return letter >= 'a' && letter <= 'f' ? letter - 'a' + 10 : -1;
}

bool word_bytes(const char *word, unsigned char *bytes, size_t most, size_t *size) {
    size_t digits = word ? strlen(word) : 1;

    if (digits % 2 != 0 || digits / 2 > most)
        return false;
    *size = digits / 2;
    for (size_t i = 0; i < *size; i++) {
        int high = digit_of(word[2 * i]), low = digit_of(word[2 * i + 1]);

        if (high < 0 || low < 0)
            return false;
        bytes[i] = (unsigned char)(high << 4 | low);
    }
    return true;
}
