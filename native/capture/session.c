#include "session.h"

#include <errno.h>
#include <linux/if_packet.h>
#include <stdio.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "fates.h"
#include "keys.h"
#include "loop.h"
#include "output.h"

/* linux/if_packet.h, Linux 4.20; older headers lack it. */
#ifndef PACKET_IGNORE_OUTGOING
#define PACKET_IGNORE_OUTGOING 23
#endif

/*
 * What is on its way through the kernel's backlog when somebody asks for the end has, to that somebody, been sent
 * already: a softirq that another processor has put off runs within a tick (milliseconds).
 */
enum { GRACE_US = 2000, LOOPBACK = 1 };

/* The longest block that ends a file for one interface. */
enum { STATISTICS_MAX = 256 };

static struct limits limits;
static struct tap *fabric, *taps;
static uint64_t begun, clipped, bytes, omitted, dropped_before;
static bool ended, told_full, told_broken;

static uint64_t now(void) {
    struct timespec time;

    clock_gettime(CLOCK_REALTIME, &time);
    return (uint64_t)time.tv_sec * 1000000000ULL + (uint64_t)time.tv_nsec;
}

static int add(size_t size, bool last) {
    if (size == 0)
        return EMSGSIZE;
    return output_add(size, last) ? 0 : output_error() != 0 ? output_error() : EFBIG;
}

/* A tap for a packet socket, which it closes when that fails. */
static int open_tap(int fd, int ifindex, struct tap **out) {
    struct tap *tap = tap_open(fd);

    if (tap == NULL) {
        int saved = errno;

        close(fd);
        return saved;
    }
    int failed = tap_bind(tap, ifindex);

    if (failed == 0)
        failed = loop_watch_tap(tap->fd);
    if (failed != 0) {
        tap_close(tap);
        return failed;
    }
    tap->following = taps;
    taps = tap;
    *out = tap;
    return 0;
}

static void drop_tap(struct tap *tap) {
    struct tap **at = &taps;

    while (*at != tap)
        at = &(*at)->following;
    *at = tap->following;
    dropped_before += tap_dropped(tap);
    tap_close(tap);
}

int session_begin(const struct limits *wanted, const struct section *section) {
    int fd = socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC, 0);

    if (fd < 0)
        return errno;
    int failed = open_tap(fd, 0, &fabric);

    if (failed != 0)
        return failed;
    limits = *wanted;
    begun = now();
    output_open(FILE_FD, limits.size);
    unsigned char *out = output_room();

    if (out == NULL)
        return output_error();
    failed = add(pcapng_section(out, OUTPUT_ROOM, section), true);
    if (failed == 0 && limits.keys > 0)
        keys_begin(limits.keys);
    /* A file that takes nothing is to be known at once. */
    output_flush();
    return failed == 0 ? output_error() : failed;
}

int session_interface(struct interface_description *description, int ifindex, bool flipped, uint32_t *number) {
    unsigned char *out = output_room();
    struct interface *interface = out == NULL ? NULL : interface_add(ifindex, flipped);

    if (interface == NULL)
        return out == NULL ? output_error() : ENOMEM;
    description->snaplen = limits.snaplen;
    *number = interface->number;
    output_reserve(STATISTICS_MAX);
    return add(pcapng_interface(out, OUTPUT_ROOM, description), true);
}

int session_socket(uint32_t number, int fd) {
    struct interface *interface = interface_by_number(number);

    if (interface == NULL) {
        close(fd);
        return ENOENT;
    }
    session_drain();
    if (interface->own != NULL)
        drop_tap(interface->own);
    interface->own = NULL;
    if (fd < 0)
        return 0;
    int yes = 1;

    /* What a loopback device sends it also receives. */
    setsockopt(fd, SOL_PACKET, PACKET_IGNORE_OUTGOING, &yes, sizeof yes);
    return open_tap(fd, LOOPBACK, &interface->own);
}

int session_filter(uint32_t number, const struct sock_filter *filter, size_t count) {
    struct interface *interface = interface_by_number(number);
    struct tap *tap = number == EVERY ? fabric : interface == NULL ? NULL : interface->own;

    return tap == NULL ? ENOENT : tap_filter(tap, filter, count);
}

int session_names(const char *lines) {
    unsigned char *out = output_room();

    return out == NULL ? output_error() : add(pcapng_names(out, OUTPUT_ROOM, lines), true);
}

static struct interface *interface_of(const struct tap *tap, const struct catch *caught) {
    if (tap == fabric)
        return interface_by_ifindex(caught->ifindex);
    for (uint32_t i = 0; i < interface_count(); i++)
        if (interface_by_number(i)->own == tap)
            return interface_by_number(i);
    return NULL;
}

/* A port of the fabric receives what its host sends. */
static enum direction direction_of(const struct interface *interface, unsigned char kind) {
    bool received = kind != PACKET_OUTGOING;

    return received == (interface->own != NULL || interface->flipped) ? DIRECTION_IN : DIRECTION_OUT;
}

static enum reception reception_of(unsigned char kind) {
    switch (kind) {
    case PACKET_BROADCAST:
        return RECEPTION_BROADCAST;
    case PACKET_MULTICAST:
        return RECEPTION_MULTICAST;
    default:
        return RECEPTION_UNKNOWN;
    }
}

static void write_packet(struct interface *interface, const struct catch *caught) {
    bool cut = caught->size < caught->original && caught->size < limits.snaplen;
    struct packet packet = {
        .interface = interface->number,
        .time = caught->time,
        .data = caught->data,
        .size = caught->size < limits.snaplen ? caught->size : limits.snaplen,
        .original = caught->original,
        .tag = caught->tagged ? caught->tag : NULL,
        .direction = direction_of(interface, caught->kind),
        .reception = reception_of(caught->kind),
        .comment = caught->comment,
    };
    unsigned char *out = output_room();

    interface->received++;
    bytes += caught->original;
    if (out != NULL && output_add(pcapng_packet(out, OUTPUT_ROOM, &packet), false)) {
        interface->written++;
        clipped += cut;
        return;
    }
    omitted++;
    if (!told_full && output_error() == 0)
        told_full = answer_line("full\n");
}

/* The tap whose next packet came first; NULL when there is none. */
static struct tap *first_tap(void) {
    struct tap *first = NULL;
    uint64_t earliest = UINT64_MAX;

    for (struct tap *tap = taps; tap != NULL; tap = tap->following) {
        uint64_t time = tap_peek(tap);

        if (time == 0 || time >= earliest)
            continue;
        earliest = time;
        first = tap;
    }
    return first;
}

void session_drain(void) {
    /* Not for ever: what comes faster than it can be written must not keep Node's requests waiting. */
    enum { TURN = 65536 };
    struct catch caught;
    struct tap *tap;

    keys_update();
    for (int i = 0; i < TURN && (tap = first_tap()) != NULL; i++) {
        tap_read(tap, &caught);
        struct interface *interface = interface_of(tap, &caught);

        if (interface != NULL)
            write_packet(interface, &caught);
        tap_release(tap);
    }
    for (uint32_t number; fates_read(&number, &caught);)
        write_packet(interface_by_number(number), &caught);
    keys_update();
    output_flush();
    if (output_error() != 0 && !told_broken)
        told_broken = answer_line("broken %d\n", output_error());
}

static uint64_t dropped(void) {
    uint64_t sum = dropped_before;

    for (struct tap *tap = taps; tap != NULL; tap = tap->following)
        sum += tap_dropped(tap);
    return sum;
}

void session_counts(uint64_t counts[COUNTS]) {
    counts[COUNT_PACKETS] = 0;
    for (uint32_t i = 0; i < interface_count(); i++)
        counts[COUNT_PACKETS] += interface_by_number(i)->received;
    counts[COUNT_BYTES] = bytes;
    counts[COUNT_CLIPPED] = clipped;
    counts[COUNT_OMITTED] = omitted;
    counts[COUNT_DROPPED] = dropped();
    counts[COUNT_FILE] = output_size();
}

static void write_statistics(void) {
    uint64_t end = now(), lost = dropped();
    bool shared = interface_count() > 1;

    for (uint32_t i = 0; i < interface_count(); i++) {
        const struct interface *interface = interface_by_number(i);
        unsigned char *out = output_room();
        /* One socket hears all ports, and what it lost it cannot tell apart. */
        struct interface_statistics statistics = {
            .interface = i,
            .begin = begun,
            .end = end,
            .received = interface->received,
            .written = interface->written,
            .dropped = i == 0 ? lost : 0,
            .comment = shared && i == 0 && lost > 0 ? "dropped: of all interfaces together" : NULL,
        };

        if (out != NULL)
            output_add(pcapng_statistics(out, OUTPUT_ROOM, &statistics), true);
    }
}

void session_end(void) {
    static const struct sock_filter nothing[] = {BPF_STMT(BPF_RET | BPF_K, 0)};

    if (ended)
        return;
    ended = true;
    session_drain();
    usleep(GRACE_US);
    for (struct tap *tap = taps; tap != NULL; tap = tap->following)
        tap_filter(tap, nothing, 1);
    while (first_tap() != NULL && output_error() == 0)
        session_drain();
    session_drain();
    write_statistics();
    output_flush();
}
