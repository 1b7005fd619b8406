#include "probe_netlink.h"

#include <string.h>
#include <sys/socket.h>

#include "keeper.h"

static uint32_t put(struct packet *packet, const void *data, uint32_t size) {
    uint32_t at = packet->size;
    if (size != 0) memcpy(packet->bytes + at, data, size);
    packet->size = at + NLMSG_ALIGN(size);
    struct nlmsghdr *head = (struct nlmsghdr *)(packet->bytes + packet->last);
    head->nlmsg_len = packet->size - packet->last;
    return at;
}

void packet_message(struct packet *packet, uint16_t type, uint16_t flags, const void *header, uint32_t size) {
    const struct nlmsghdr *before = (const struct nlmsghdr *)(packet->bytes + packet->last);
    uint32_t sequence = packet->size == 0 ? 0 : before->nlmsg_seq + 1;
    struct nlmsghdr head = {.nlmsg_type = type, .nlmsg_flags = NLM_F_REQUEST | flags, .nlmsg_seq = sequence};
    packet->last = packet->size;
    put(packet, &head, sizeof head);
    put(packet, header, size);
}

void packet_attribute(struct packet *packet, uint16_t type, const void *value, uint32_t size) {
    struct nlattr attribute = {.nla_len = (uint16_t)(NLA_HDRLEN + size), .nla_type = type};
    put(packet, &attribute, sizeof attribute);
    put(packet, value, size);
}

void packet_text(struct packet *packet, uint16_t type, const char *text) {
    packet_attribute(packet, type, text, (uint32_t)strlen(text) + 1);
}

uint32_t packet_nest(struct packet *packet, uint16_t type) {
    struct nlattr attribute = {.nla_type = type | NLA_F_NESTED};
    return put(packet, &attribute, sizeof attribute);
}

void packet_nest_end(struct packet *packet, uint32_t nest) {
    struct nlattr *attribute = (struct nlattr *)(packet->bytes + nest);
    attribute->nla_len = (uint16_t)(packet->size - nest);
}

/* The first refusal among the answers, as errno; ENOMSG when there is no answer at all. */
static int first_error(int fd, uint32_t *refused) {
    _Alignas(4) char answers[8192];
    int error = ENOMSG;
    ssize_t got;
    while ((got = recv(fd, answers, sizeof answers, MSG_DONTWAIT)) > 0) {
        const struct nlmsghdr *head = (const struct nlmsghdr *)answers;
        for (unsigned left = (unsigned)got; NLMSG_OK(head, left); head = NLMSG_NEXT(head, left)) {
            if (head->nlmsg_type != NLMSG_ERROR) continue;
            error = -((const struct nlmsgerr *)NLMSG_DATA(head))->error;
            *refused = head->nlmsg_seq;
            if (error != 0) return error;
        }
    }
    return error;
}

int packet_send(const struct packet *packet, int family, uint32_t *refused) {
    *refused = 0;
    int fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, family);
    if (fd < 0) return -1;
    ssize_t sent = send(fd, packet->bytes, packet->size, 0);
    int error = sent < 0 ? errno : first_error(fd, refused);
    close(fd);
    errno = error;
    return error == 0 ? 0 : -1;
}
