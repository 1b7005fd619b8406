#include <errno.h>
#include <string.h>

#include "match.h"
#include "words.h"

static int read_small(char *value, int *number) {
    uint64_t read;

    if (!word_number(value, &read))
        return -EINVAL;
    *number = (int)read;
    return read > UINT16_MAX ? -ERANGE : 0;
}

/* HEX,PREFIX */
static int read_net(char *value, struct nets *nets) {
    struct net *net = &nets->list[nets->count];
    uint64_t prefix;
    size_t size;

    if (nets->count == MATCH_NETS)
        return -E2BIG;
    if (!word_bytes(word_part(&value), net->address, sizeof net->address, &size) || (size != 4 && size != 16) ||
        !word_number(word_part(&value), &prefix) || word_part(&value))
        return -EINVAL;
    net->family = size == 4 ? 4 : 6;
    net->prefix = (unsigned)prefix;
    if (prefix > size * 8)
        return -ERANGE;
    nets->count++;
    return 0;
}

/* LOW,HIGH */
static int read_range(char *value, struct ranges *ranges) {
    uint64_t bounds[2];

    if (ranges->count == MATCH_RANGES)
        return -E2BIG;
    if (!word_numbers(value, bounds, 2))
        return -EINVAL;
    if (bounds[0] > bounds[1] || bounds[1] > UINT32_MAX)
        return -ERANGE;
    ranges->list[ranges->count].low = (uint32_t)bounds[0];
    ranges->list[ranges->count++].high = (uint32_t)bounds[1];
    return 0;
}

/* SET,CLEAR */
static int read_flags(char *value, struct match *match) {
    uint64_t flags[2];

    if (!word_numbers(value, flags, 2))
        return -EINVAL;
    match->flags_set = (uint8_t)flags[0];
    match->flags_clear = (uint8_t)flags[1];
    return flags[0] > UINT8_MAX || flags[1] > UINT8_MAX ? -ERANGE : 0;
}

static int read_payload(char *value, struct match *match) {
    if (!word_bytes(value, match->payload, sizeof match->payload, &match->payload_size))
        return -EINVAL;
    return match->payload_size == 0 ? -EINVAL : 0;
}

static int read_which(const char *name, char *value, struct which *which) {
    uint64_t number;

    if (!word_number(value, &number))
        return -EINVAL;
    if (strcmp(name, "after") == 0)
        which->after = number;
    else if (strcmp(name, "first") == 0)
        which->first = number;
    else if (strcmp(name, "every") == 0)
        which->every = number;
    else if (strcmp(name, "nth") == 0 && which->count < MATCH_NTHS)
        which->nth[which->count++] = number;
    else
        return strcmp(name, "nth") == 0 ? -E2BIG : -ENOENT;
    return 0;
}

int match_read(struct match *match, const char *name, char *value) {
    static const char connection[] = "connection-";

    if (strcmp(name, "ether") == 0)
        return read_small(value, &match->ether);
    if (strcmp(name, "proto") == 0)
        return read_small(value, &match->proto);
    if (strcmp(name, "from") == 0)
        return read_net(value, &match->from);
    if (strcmp(name, "to") == 0)
        return read_net(value, &match->to);
    if (strcmp(name, "port") == 0)
        return read_range(value, &match->port);
    if (strcmp(name, "from-port") == 0)
        return read_range(value, &match->from_port);
    if (strcmp(name, "to-port") == 0)
        return read_range(value, &match->to_port);
    if (strcmp(name, "size") == 0)
        return read_range(value, &match->size);
    if (strcmp(name, "flags") == 0)
        return read_flags(value, match);
    if (strcmp(name, "payload") == 0)
        return read_payload(value, match);
    if (strcmp(name, "per-connection") == 0) {
        match->per_connection = true;
        return 0;
    }
    if (strcmp(name, "bytes") == 0) {
        match->past_bytes = true;
        return word_number(value, &match->bytes) ? 0 : -EINVAL;
    }
    if (strncmp(name, connection, strlen(connection)) == 0)
        return read_which(name + strlen(connection), value, &match->connections);
    return read_which(name, value, &match->packets);
}
