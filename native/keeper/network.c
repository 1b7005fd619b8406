/*
 * A host's network is set up by its PID 1, while it is still root of the lab: Node wrote the messages and reads
 * what was refused, but it is one thread, and the first processes of many hosts run beside each other.
 */
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>

#include "keeper.h"

int network_open(void) {
    int one = 1, fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE);
    if (fd < 0) return -1;
    /* The kernel's own sentence with each refusal, and not the refused message. */
    setsockopt(fd, SOL_NETLINK, NETLINK_EXT_ACK, &one, sizeof one);
    setsockopt(fd, SOL_NETLINK, NETLINK_CAP_ACK, &one, sizeof one);
    setsockopt(fd, SOL_NETLINK, NETLINK_GET_STRICT_CHK, &one, sizeof one);
    return fd;
}

/* Node numbers a batch from 0, so the sequence number tells which message it was. */
static void tell_refusal(int channel, enum batch batch, const struct nlmsghdr *answer, int error) {
    struct {
        struct message message;
        char text[128];
    } packet = {.message = {.word = WORD_REFUSED, .arg = {batch, answer->nlmsg_seq, (uint32_t)error}}};
    size_t at = NLMSG_LENGTH(sizeof(struct nlmsgerr));
    while ((answer->nlmsg_flags & NLM_F_ACK_TLVS) && at + NLA_HDRLEN <= answer->nlmsg_len) {
        const struct nlattr *attribute = (const void *)((const char *)answer + at);
        if (attribute->nla_len < NLA_HDRLEN || at + attribute->nla_len > answer->nlmsg_len) break;
        if (attribute->nla_type == NLMSGERR_ATTR_MSG)
            snprintf(packet.text, sizeof packet.text, "%.*s", attribute->nla_len - NLA_HDRLEN, (const char *)attribute + NLA_HDRLEN);
        at += NLA_ALIGN(attribute->nla_len);
    }
    send_fds(channel, &packet, sizeof packet.message + strlen(packet.text), NULL, 0);
}

/* rtnetlink works inside send(2): all answers are there when it returns, one for each refusal and one for the end. */
static int read_answers(int socket, int channel, enum batch batch) {
    _Alignas(struct nlmsghdr) char buffer[8192];
    bool any = false;
    for (;;) {
        ssize_t got = recv(socket, buffer, sizeof buffer, MSG_DONTWAIT);
        if (got < 0 && (errno == EINTR || errno == ENOBUFS)) continue;
        if (got < 0 && errno == EAGAIN) return any ? 0 : (errno = EPROTO, -1);
        if (got < 0) return -1;
        size_t left = (size_t)got;
        for (struct nlmsghdr *at = (void *)buffer; NLMSG_OK(at, left); at = NLMSG_NEXT(at, left)) {
            if (at->nlmsg_type != NLMSG_ERROR) continue;
            int error = -((struct nlmsgerr *)NLMSG_DATA(at))->error;
            any = true;
            if (error != 0) tell_refusal(channel, batch, at, error);
        }
    }
}

int network_apply(int socket, const struct init_options *options, enum batch batch) {
    if (options->sizes[batch] == 0) return 0;
    if (send(socket, options->batches[batch], options->sizes[batch], 0) < 0) return -1;
    return read_answers(socket, options->channel, batch);
}
