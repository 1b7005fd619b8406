#include "pcapng.h"

#include <arpa/inet.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

/* draft-ietf-opsawg-pcapng: block types (section 11.1), and option codes where each block is described. */
enum block { SECTION = 0x0a0d0d0a, INTERFACE = 1, NAMES = 4, STATISTICS = 5, PACKET = 6, SECRETS = 10 };
enum { OPT_END = 0, OPT_COMMENT = 1 };
enum { SHB_HARDWARE = 2, SHB_OS = 3, SHB_USERAPPL = 4 };
enum { IF_NAME = 2, IF_DESCRIPTION = 3, IF_MAC = 6, IF_TSRESOL = 9, IF_FILTER = 11, IF_OS = 12, IF_HARDWARE = 15 };
enum { EPB_FLAGS = 2 };
enum { ISB_STARTTIME = 2, ISB_ENDTIME = 3, ISB_FILTERACCEPT = 6, ISB_OSDROP = 7, ISB_USRDELIV = 8 };
enum { NRB_END = 0, NRB_IPV4 = 1, NRB_IPV6 = 2 };

enum { BYTE_ORDER_MAGIC = 0x1a2b3c4d, LINKTYPE_ETHERNET = 1, NANOSECONDS = 9 };
/* SECRETS_TYPE_TLS: "TLSK" */
enum { TLS_KEY_LOG = 0x544c534b };

/* Where the next bytes of a block go; `full` once they have no room. */
struct writer {
    unsigned char *begin, *at, *end;
    bool full;
};

static void put(struct writer *w, const void *bytes, size_t size) {
    if ((size_t)(w->end - w->at) < size) {
        w->full = true;
        return;
    }
    if (size > 0)
        memcpy(w->at, bytes, size);
    w->at += size;
}

static void put16(struct writer *w, uint16_t value) {
    put(w, &value, sizeof value);
}

static void put32(struct writer *w, uint32_t value) {
    put(w, &value, sizeof value);
}

static void pad(struct writer *w) {
    static const unsigned char zeros[3];

    put(w, zeros, -(size_t)(w->at - w->begin) & 3);
}

/* Stamps are two words, the high one first, whatever the byte order. */
static void put_time(struct writer *w, uint64_t time) {
    put32(w, (uint32_t)(time >> 32));
    put32(w, (uint32_t)time);
}

static void option(struct writer *w, uint16_t code, const void *value, size_t size) {
    put16(w, code);
    put16(w, (uint16_t)size);
    put(w, value, size);
    pad(w);
}

/* An option's length has 16 bits: what is longer is cut. */
static void text_option(struct writer *w, uint16_t code, const char *text) {
    size_t size = text == NULL ? 0 : strlen(text);

    if (size > 0)
        option(w, code, text, size > UINT16_MAX ? UINT16_MAX : size);
}

static void number_option(struct writer *w, uint16_t code, uint64_t value) {
    option(w, code, &value, sizeof value);
}

static void time_option(struct writer *w, uint16_t code, uint64_t time) {
    put16(w, code);
    put16(w, sizeof time);
    put_time(w, time);
}

static struct writer begin(unsigned char *out, size_t room, enum block type) {
    struct writer w = {.begin = out, .at = out, .end = out + room};

    put32(&w, type);
    put32(&w, 0); /* its length, which `end` knows */
    return w;
}

static size_t end(struct writer *w) {
    pad(w);
    uint32_t length = (uint32_t)(w->at - w->begin) + (uint32_t)sizeof length;

    put32(w, length);
    if (w->full)
        return 0;
    memcpy(w->begin + 4, &length, sizeof length);
    return length;
}

size_t pcapng_section(unsigned char *out, size_t room, const struct section *section) {
    struct writer w = begin(out, room, SECTION);
    int64_t unknown_length = -1;

    put32(&w, BYTE_ORDER_MAGIC);
    put16(&w, 1);
    put16(&w, 0);
    put(&w, &unknown_length, sizeof unknown_length);
    text_option(&w, OPT_COMMENT, section->comment);
    text_option(&w, SHB_HARDWARE, section->hardware);
    text_option(&w, SHB_OS, section->os);
    text_option(&w, SHB_USERAPPL, section->application);
    put32(&w, OPT_END);
    return end(&w);
}

size_t pcapng_interface(unsigned char *out, size_t room, const struct interface_description *interface) {
    static const unsigned char resolution = NANOSECONDS;
    struct writer w = begin(out, room, INTERFACE);

    put16(&w, LINKTYPE_ETHERNET);
    put16(&w, 0);
    put32(&w, interface->snaplen);
    text_option(&w, IF_NAME, interface->name);
    text_option(&w, IF_DESCRIPTION, interface->description);
    if (interface->mac != NULL)
        option(&w, IF_MAC, interface->mac, 6);
    option(&w, IF_TSRESOL, &resolution, sizeof resolution);
    if (interface->filter != NULL && interface->filter[0] != 0) {
        char filter[4096];
        /* Its first byte says what kind of filter it is: 0, a text. */
        int size = snprintf(filter, sizeof filter, "%c%s", 0, interface->filter);

        option(&w, IF_FILTER, filter, (size_t)size < sizeof filter ? (size_t)size : sizeof filter - 1);
    }
    text_option(&w, IF_OS, interface->os);
    text_option(&w, IF_HARDWARE, interface->hardware);
    put32(&w, OPT_END);
    return end(&w);
}

size_t pcapng_packet(unsigned char *out, size_t room, const struct packet *packet) {
    enum { ADDRESSES = 12, TAG = 4 };
    struct writer w = begin(out, room, PACKET);
    uint32_t tag = packet->tag != NULL && packet->size >= ADDRESSES ? TAG : 0;
    uint32_t flags = packet->direction | (uint32_t)packet->reception << 2;

    put32(&w, packet->interface);
    put_time(&w, packet->time);
    put32(&w, packet->size + tag);
    put32(&w, packet->original + tag);
    if (tag > 0) {
        put(&w, packet->data, ADDRESSES);
        put(&w, packet->tag, TAG);
        put(&w, packet->data + ADDRESSES, packet->size - ADDRESSES);
    } else {
        put(&w, packet->data, packet->size);
    }
    pad(&w);
    text_option(&w, OPT_COMMENT, packet->comment);
    option(&w, EPB_FLAGS, &flags, sizeof flags);
    put32(&w, OPT_END);
    return end(&w);
}

size_t pcapng_statistics(unsigned char *out, size_t room, const struct interface_statistics *statistics) {
    struct writer w = begin(out, room, STATISTICS);

    put32(&w, statistics->interface);
    put_time(&w, statistics->end);
    text_option(&w, OPT_COMMENT, statistics->comment);
    time_option(&w, ISB_STARTTIME, statistics->begin);
    time_option(&w, ISB_ENDTIME, statistics->end);
    number_option(&w, ISB_FILTERACCEPT, statistics->received);
    number_option(&w, ISB_OSDROP, statistics->dropped);
    number_option(&w, ISB_USRDELIV, statistics->written);
    put32(&w, OPT_END);
    return end(&w);
}

size_t pcapng_secrets_size(uint32_t size) {
    return SECRETS_DATA_AT + ((size_t)size + 3) / 4 * 4 + sizeof(uint32_t);
}

size_t pcapng_secrets(unsigned char *out, size_t room, const char *lines, uint32_t size) {
    struct writer w = begin(out, room, SECRETS);

    put32(&w, TLS_KEY_LOG);
    put32(&w, size);
    put(&w, lines, size);
    return end(&w);
}

static void name_record(struct writer *w, const char *address, const char *name) {
    unsigned char bytes[16 + 256];
    size_t size = 0;

    if (inet_pton(AF_INET, address, bytes) == 1)
        size = 4;
    else if (inet_pton(AF_INET6, address, bytes) == 1)
        size = 16;
    if (size == 0)
        return;
    size_t length = strlen(name) + 1;

    memcpy(bytes + size, name, length);
    option(w, size == 4 ? NRB_IPV4 : NRB_IPV6, bytes, size + length);
}

size_t pcapng_names(unsigned char *out, size_t room, const char *lines) {
    struct writer w = begin(out, room, NAMES);
    char address[64], name[256];

    for (const char *line = lines; line != NULL && *line != 0; line = strchr(line, '\n')) {
        if (*line == '\n')
            line++;
        if (sscanf(line, "%63[^ \n]%*1[ ]%255[^ \n]", address, name) == 2)
            name_record(&w, address, name);
    }
    put32(&w, NRB_END);
    return end(&w);
}
