/* As much netlink as the tries need; labs speak it from Node. linux/netlink.h, netlink(7). */
#ifndef NETRIG_PROBE_NETLINK_H
#define NETRIG_PROBE_NETLINK_H

#include <linux/netlink.h>
#include <stdint.h>

struct packet {
    uint32_t size; /* of all messages so far */
    uint32_t last; /* where the last message begins */
    _Alignas(4) char bytes[2048];
};

/* Begins a message with its fixed header; NLM_F_REQUEST is added to flags. */
void packet_message(struct packet *packet, uint16_t type, uint16_t flags, const void *header, uint32_t size);

void packet_attribute(struct packet *packet, uint16_t type, const void *value, uint32_t size);
void packet_text(struct packet *packet, uint16_t type, const char *text);

/* Opens an attribute of attributes; the answer closes it. */
uint32_t packet_nest(struct packet *packet, uint16_t type);
void packet_nest_end(struct packet *packet, uint32_t nest);

/*
 * Sends to a fresh socket of this family and reads the acknowledgements, which are there when send returns.
 * 0, or -1 with errno and the number of the refused message in *refused (0 is the first).
 */
int packet_send(const struct packet *packet, int family, uint32_t *refused);

#endif
