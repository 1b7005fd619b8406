#include "route.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

struct ask ask_begin(uint16_t type, uint16_t flags, uint32_t fixed) {
    struct ask ask = {.head = {.nlmsg_type = type, .nlmsg_flags = NLM_F_REQUEST | NLM_F_ACK | flags}};
    ask.head.nlmsg_len = NLMSG_LENGTH(fixed);
    return ask;
}

void ask_add(struct ask *ask, uint16_t type, const void *value, uint16_t size) {
    struct nlattr attribute = {.nla_type = type, .nla_len = NLA_HDRLEN + size};
    char *at = (char *)ask + NLMSG_ALIGN(ask->head.nlmsg_len);
    memcpy(at, &attribute, sizeof attribute);
    if (size > 0) memcpy(at + NLA_HDRLEN, value, size);
    ask->head.nlmsg_len = NLMSG_ALIGN(ask->head.nlmsg_len) + NLA_ALIGN(attribute.nla_len);
}

int ask_send(struct ask *ask, int protocol) {
    char buffer[65536];
    int fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, protocol);
    if (fd < 0) return errno;
    /* Else the kernel reads over what it does not know in a dump, the namespace among it. */
    setsockopt(fd, SOL_NETLINK, NETLINK_GET_STRICT_CHK, &(int){1}, sizeof(int));
    ssize_t got = send(fd, ask, ask->head.nlmsg_len, 0) < 0 ? -1 : recv(fd, buffer, sizeof buffer, 0);
    int error = got < 0 ? errno : 0;
    const struct nlmsghdr *head = (const void *)buffer;
    if (got > 0 && head->nlmsg_type == NLMSG_ERROR) error = -((const struct nlmsgerr *)NLMSG_DATA(head))->error;
    /* A dump that is refused ends at once, with the reason in its end. */
    if (got > 0 && head->nlmsg_type == NLMSG_DONE) error = -*(const int *)NLMSG_DATA(head);
    close(fd);
    return error;
}
