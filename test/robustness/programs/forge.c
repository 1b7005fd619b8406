/*
 * forge hear MS                       how many frames of the ethertype below arrive in that time
 * forge send INTERFACE MAC FROM...    sends such frames: in its own name and in those of others, broadcast,
 *                                     with a VLAN tag, with any mark that a cut could go by
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <linux/if_packet.h>
#include <net/if.h>
#include <poll.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

/* Local experiments: IEEE 802, ethertype 0x88b5. */
enum { OURS = 0x88b5, VLAN = 0x8100, SIZE = 64 };

static void mac_of(const char *text, uint8_t *mac) {
    unsigned part[6];
    if (sscanf(text, "%x:%x:%x:%x:%x:%x", part, part + 1, part + 2, part + 3, part + 4, part + 5) != 6) exit(2);
    for (int i = 0; i < 6; i++) mac[i] = (uint8_t)part[i];
}

static long now(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return time.tv_sec * 1000 + time.tv_nsec / 1000000;
}

static int hear(int limit) {
    int count = 0;
    int fd = socket(AF_PACKET, SOCK_RAW, htons(0x0003 /* ETH_P_ALL */));
    long end = now() + limit;
    puts("ready");
    fflush(stdout);
    for (long left; (left = end - now()) > 0;) {
        uint8_t frame[2048];
        struct sockaddr_ll from;
        socklen_t size = sizeof from;
        struct pollfd wait = {.fd = fd, .events = POLLIN};
        if (poll(&wait, 1, (int)left) <= 0) continue;
        ssize_t got = recvfrom(fd, frame, sizeof frame, 0, (struct sockaddr *)&from, &size);
        if (got < 18 || from.sll_pkttype == PACKET_OUTGOING) continue;
        uint16_t type = (uint16_t)(frame[12] << 8 | frame[13]), inner = (uint16_t)(frame[16] << 8 | frame[17]);
        if (type == OURS || (type == VLAN && inner == OURS)) count++;
    }
    printf("%d\n", count);
    return 0;
}

static void frame_out(int fd, int device, const uint8_t *to, const uint8_t *from, bool tagged) {
    uint8_t frame[SIZE] = {0};
    struct sockaddr_ll address = {.sll_family = AF_PACKET, .sll_ifindex = device, .sll_halen = 6};
    memcpy(frame, to, 6);
    memcpy(frame + 6, from, 6);
    const uint8_t plain[] = {OURS >> 8, OURS & 255}, tag[] = {VLAN >> 8, VLAN & 255, 0, 5, OURS >> 8, OURS & 255};
    if (tagged) memcpy(frame + 12, tag, sizeof tag);
    else memcpy(frame + 12, plain, sizeof plain);
    memcpy(address.sll_addr, to, 6);
    if (sendto(fd, frame, sizeof frame, 0, (struct sockaddr *)&address, sizeof address) < 0) perror("sendto");
}

int main(int argc, char **argv) {
    if (argc == 3 && strcmp(argv[1], "hear") == 0) return hear(atoi(argv[2]));
    if (argc < 5) return 2;
    int fd = socket(AF_PACKET, SOCK_RAW, 0), device = (int)if_nametoindex(argv[2]);
    uint8_t to[6], all[6] = {255, 255, 255, 255, 255, 255};
    mac_of(argv[3], to);
    for (int mark = 0; mark < 20; mark++) {
        /* Marks of the fabric are numbers of its ports, from 1000 up; 0 is none. */
        int value = mark == 0 ? 0 : 999 + mark;
        if (setsockopt(fd, SOL_SOCKET, SO_MARK, &value, sizeof value) != 0) perror("SO_MARK");
        for (int i = 4; i < argc; i++) {
            uint8_t from[6];
            mac_of(argv[i], from);
            frame_out(fd, device, to, from, false);
            frame_out(fd, device, all, from, false);
            frame_out(fd, device, to, from, true);
        }
    }
    return 0;
}
