/*
 * Writes the blocks that it reads of: records of 32-bit words and bytes on stdin, blocks on stdout. The test
 * compares what comes out with golden bytes and with what it put in (test/wire/capture/native.kernel.test.ts).
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../pcapng.h"

static unsigned char out[1 << 20];

static uint32_t word(void) {
    uint32_t value;

    if (fread(&value, sizeof value, 1, stdin) != 1)
        exit(2);
    return value;
}

static char *bytes(uint32_t *size) {
    *size = word();
    char *data = malloc(*size + 1);

    if (data == NULL || (*size > 0 && fread(data, *size, 1, stdin) != 1))
        exit(2);
    data[*size] = 0;
    return data;
}

static char *text(void) {
    uint32_t size;

    return bytes(&size);
}

static size_t packet(size_t room) {
    unsigned char tag[4];
    struct packet packet = {.interface = word()};
    uint64_t high = word();

    packet.time = high << 32 | word();
    packet.direction = word();
    packet.reception = word();
    uint32_t tagged = word(), value = word();

    memcpy(tag, &value, sizeof tag);
    packet.tag = tagged ? tag : NULL;
    packet.original = word();
    char *data = bytes(&packet.size);

    packet.data = (unsigned char *)data;
    size_t size = pcapng_packet(out, room, &packet);

    free(data);
    return size;
}

static size_t secrets(size_t room) {
    uint32_t size;
    char *lines = bytes(&size);
    size_t written = pcapng_secrets(out, room, lines, size);

    if (written != 0 && written != pcapng_secrets_size(size))
        exit(3);
    free(lines);
    return written;
}

static size_t names(size_t room) {
    char *lines = text();
    size_t size = pcapng_names(out, room, lines);

    free(lines);
    return size;
}

static size_t section(size_t room) {
    struct section section = {text(), text(), text(), text()};
    size_t size = pcapng_section(out, room, &section);

    free((char *)section.hardware);
    free((char *)section.os);
    free((char *)section.application);
    free((char *)section.comment);
    return size;
}

static size_t interface(size_t room) {
    unsigned char mac[6] = {2, 0, 0, 0, 0, 7};
    struct interface_description one = {text(), text(), text(), text(), text(), mac, word()};
    size_t size = pcapng_interface(out, room, &one);

    free((char *)one.name);
    free((char *)one.description);
    free((char *)one.filter);
    free((char *)one.os);
    free((char *)one.hardware);
    return size;
}

static size_t statistics(size_t room) {
    struct interface_statistics one = {.interface = word(), .begin = word(), .end = word()};

    one.received = word();
    one.written = word();
    one.dropped = word();
    one.comment = NULL;
    return pcapng_statistics(out, room, &one);
}

static size_t block(int kind, size_t room) {
    switch (kind) {
    case 's':
        return section(room);
    case 'i':
        return interface(room);
    case 'p':
        return packet(room);
    case 't':
        return statistics(room);
    case 'k':
        return secrets(room);
    case 'n':
        return names(room);
    default:
        exit(2);
    }
}

int main(void) {
    int kind;

    while ((kind = getchar()) != EOF) {
        size_t room = word(); /* 0: as much as there is */
        size_t size = block(kind, room == 0 ? sizeof out : room);

        if (size > 0 && fwrite(out, size, 1, stdout) != 1)
            return 1;
    }
    return 0;
}
