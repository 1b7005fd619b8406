#include "tap.h"

#include <arpa/inet.h>
#include <errno.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

/* A slot holds a full packet of an Ethernet; the kernel puts larger ones into the receive queue, too. */
enum { SLOT = 2048, SLOTS = 8192, SLOTS_LEAST = 256, BLOCK = 1 << 17 };
/* More than any net.core.rmem_max allows: the kernel gives what it may (socket(7)). */
enum { QUEUE_WANTED = 1 << 28 };

static int set_option(int fd, int level, int name, int value) {
    return setsockopt(fd, level, name, &value, sizeof value);
}

int tap_filter(struct tap *tap, const struct sock_filter *filter, size_t count) {
    struct sock_fprog program = {(unsigned short)count, (struct sock_filter *)filter};

    return setsockopt(tap->fd, SOL_SOCKET, SO_ATTACH_FILTER, &program, sizeof program) < 0 ? errno : 0;
}

/* Where there is no memory for a ring of that size a smaller one must do: then more is lost under load. */
static int make_slots(struct tap *tap) {
    for (tap->slots = SLOTS; tap->slots >= SLOTS_LEAST; tap->slots /= 2) {
        struct tpacket_req request = {
            .tp_block_size = BLOCK,
            .tp_block_nr = SLOT * tap->slots / BLOCK,
            .tp_frame_size = SLOT,
            .tp_frame_nr = tap->slots,
        };

        if (setsockopt(tap->fd, SOL_PACKET, PACKET_RX_RING, &request, sizeof request) == 0)
            return 0;
        if (errno != ENOMEM)
            return -1;
    }
    return -1;
}

static int make_ring(struct tap *tap) {
    if (set_option(tap->fd, SOL_PACKET, PACKET_VERSION, TPACKET_V2) < 0 ||
        set_option(tap->fd, SOL_PACKET, PACKET_COPY_THRESH, 1) < 0 || make_slots(tap) < 0)
        return -1;
    set_option(tap->fd, SOL_SOCKET, SO_RCVBUF, QUEUE_WANTED);
    void *ring = mmap(NULL, (size_t)SLOT * tap->slots, PROT_READ | PROT_WRITE, MAP_SHARED, tap->fd, 0);

    if (ring == MAP_FAILED)
        return -1;
    tap->ring = ring;
    return 0;
}

struct tap *tap_open(int fd) {
    static const struct sock_filter nothing[] = {BPF_STMT(BPF_RET | BPF_K, 0)};
    struct tap *tap = calloc(1, sizeof *tap);

    if (tap == NULL)
        return NULL;
    tap->fd = fd;
    int failed = tap_filter(tap, nothing, 1);

    if (failed == 0 && make_ring(tap) == 0)
        return tap;
    int saved = failed != 0 ? failed : errno;

    free(tap);
    errno = saved;
    return NULL;
}

int tap_bind(struct tap *tap, int ifindex) {
    struct sockaddr_ll address = {
        .sll_family = AF_PACKET,
        .sll_protocol = htons(ETH_P_ALL),
        .sll_ifindex = ifindex,
    };

    return bind(tap->fd, (struct sockaddr *)&address, sizeof address) < 0 ? errno : 0;
}

static struct tpacket2_hdr *slot(const struct tap *tap) {
    return (struct tpacket2_hdr *)(tap->ring + (size_t)tap->next * SLOT);
}

uint64_t tap_peek(const struct tap *tap) {
    const struct tpacket2_hdr *header = slot(tap);

    if (!(__atomic_load_n(&header->tp_status, __ATOMIC_ACQUIRE) & TP_STATUS_USER))
        return 0;
    return header->tp_sec * 1000000000ULL + header->tp_nsec;
}

/* The whole frame, of which the slot has only the beginning. */
static void read_copy(struct tap *tap, struct catch *caught) {
    static unsigned char whole[FRAME_MAX];
    ssize_t size = -1;

    /* A device that went down is told of first, once (packet(7)). */
    for (int tries = 0; size < 0 && tries < 3; tries++)
        size = recv(tap->fd, whole, sizeof whole, MSG_DONTWAIT | MSG_TRUNC);
    if (size < (ssize_t)caught->size)
        return;
    caught->data = whole;
    caught->size = size < FRAME_MAX ? (uint32_t)size : FRAME_MAX;
}

void tap_read(struct tap *tap, struct catch *caught) {
    struct tpacket2_hdr *header = slot(tap);
    unsigned char *bytes = (unsigned char *)header;
    const struct sockaddr_ll *from = (const struct sockaddr_ll *)(bytes + TPACKET_ALIGN(sizeof *header));

    *caught = (struct catch){
        .ifindex = from->sll_ifindex,
        .kind = from->sll_pkttype,
        .time = header->tp_sec * 1000000000ULL + header->tp_nsec,
        .data = bytes + header->tp_mac,
        .size = header->tp_snaplen,
        .original = header->tp_len,
    };
    /* The kernel takes the outer VLAN tag off before a packet socket sees the frame (packet(7)). */
    if (header->tp_status & TP_STATUS_VLAN_VALID) {
        uint16_t protocol = header->tp_status & TP_STATUS_VLAN_TPID_VALID ? header->tp_vlan_tpid : ETH_P_8021Q;
        uint16_t words[2] = {htons(protocol), htons(header->tp_vlan_tci)};

        caught->tagged = true;
        memcpy(caught->tag, words, sizeof words);
    }
    if (header->tp_status & TP_STATUS_COPY)
        read_copy(tap, caught);
}

void tap_release(struct tap *tap) {
    __atomic_store_n(&slot(tap)->tp_status, TP_STATUS_KERNEL, __ATOMIC_RELEASE);
    tap->next = (tap->next + 1) % tap->slots;
}

uint64_t tap_dropped(struct tap *tap) {
    struct tpacket_stats statistics;
    socklen_t size = sizeof statistics;

    /* Reading resets them (packet(7)). */
    if (getsockopt(tap->fd, SOL_PACKET, PACKET_STATISTICS, &statistics, &size) == 0)
        tap->dropped += statistics.tp_drops;
    return tap->dropped;
}

void tap_close(struct tap *tap) {
    munmap(tap->ring, (size_t)SLOT * tap->slots);
    close(tap->fd);
    free(tap);
}
