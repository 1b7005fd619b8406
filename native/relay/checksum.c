#include "checksum.h"

#include <string.h>

/*
 * Every part but the last must have an even size. 64 bits hold 2^32 additions of 32 bits, so no
 * carry is lost in a frame.
 */
uint64_t checksum_add(uint64_t sum, const void *bytes, size_t size) {
    const unsigned char *at = bytes;

    while (size >= 16) {
        uint32_t words[4];

        memcpy(words, at, sizeof words);
        sum += (uint64_t)words[0] + words[1] + words[2] + words[3];
        at += sizeof words;
        size -= sizeof words;
    }
    while (size >= 2) {
        uint16_t word;

        memcpy(&word, at, sizeof word);
        sum += word;
        at += sizeof word;
        size -= sizeof word;
    }
    if (size) {
        uint16_t word = 0;

        memcpy(&word, at, 1);
        sum += word;
    }
    return sum;
}

uint16_t checksum_fold(uint64_t sum) {
    while (sum >> 16)
        sum = (sum & 0xffff) + (sum >> 16);
    return (uint16_t)~sum;
}
