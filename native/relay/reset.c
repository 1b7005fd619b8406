#include "reset.h"

#include <netinet/in.h>
#include <stddef.h>

#include "forge.h"
#include "link.h"

static struct flow *flow_of(const struct met *met) {
    struct flows *flows = met->direction->link->flows;

    return flows && met->view.proto == IPPROTO_TCP && met->view.ported ? flows_of(flows, &met->view) : NULL;
}

static struct direction *back_of(const struct met *met) {
    return &met->direction->link->directions[1 - met->direction->side];
}

static bool before(uint32_t one, uint32_t other) {
    return (int32_t)(one - other) < 0;
}

/* RFC 9293 3.10.7.1: the number that the sender has acknowledged is the next that it expects. */
static void reset_sender(const struct met *met, const struct flow *flow, uint64_t now) {
    unsigned char bytes[FORGED_MAX];
    const struct view *view = &met->view;
    unsigned other = 1 - met->direction->side;
    uint32_t seq = view->flags & TCP_ACK ? view->ack : 0;

    /* More is on its way to it already, and arrives before the reset. */
    if (view->flags & TCP_ACK && flow && flow->known[other] && before(seq, flow->sent[other]))
        seq = flow->sent[other];
    size_t size = forge_reset(view, true, seq, view->seq + view_length(view), bytes);

    action_send(back_of(met), bytes, (uint32_t)size, met->parcel->mark, now);
}

static void reset_receiver(const struct met *met, const struct flow *flow, uint64_t now) {
    unsigned char bytes[FORGED_MAX];
    const struct view *view = &met->view;
    unsigned side = met->direction->side;
    uint32_t seq = flow && flow->known[side] ? flow->sent[side] : view->seq;
    size_t size = forge_reset(view, false, seq, view->ack, bytes);

    action_send(met->direction, bytes, (uint32_t)size, met->parcel->mark, now);
}

void reset_do(const struct met *met, unsigned ends, uint64_t now) {
    struct flow *flow = flow_of(met);
    unsigned side = met->direction->side;

    if (met->view.proto != IPPROTO_TCP || !met->view.ported || met->view.flags & TCP_RST)
        return;
    if (ends & RESET_FROM) {
        reset_sender(met, flow, now);
        if (flow)
            flow->dead[side] = true;
    }
    /* Who is only asked for a connection knows of none that could be reset. */
    if (ends & RESET_TO && (met->view.flags & (TCP_SYN | TCP_ACK)) != TCP_SYN) {
        reset_receiver(met, flow, now);
        if (flow)
            flow->dead[1 - side] = true;
    }
}

void reset_note(const struct met *met) {
    struct flow *flow = flow_of(met);
    unsigned side = met->direction->side;

    if (flow == NULL)
        return;
    uint32_t end = met->view.seq + view_length(&met->view);

    if (!flow->known[side] || before(flow->sent[side], end))
        flow->sent[side] = end;
    flow->known[side] = true;
}

bool reset_settles(const struct met *met, uint64_t now) {
    struct flow *flow = flow_of(met);
    unsigned side = met->direction->side;

    if (flow == NULL || (!flow->dead[0] && !flow->dead[1]))
        return false;
    if (flow->dead[side] && !(met->view.flags & TCP_RST)) {
        met->direction->counters->rule_drops++;
        reset_sender(met, NULL, now);
    } else {
        /* A reset of its own tells the other end what that may not know yet. */
        action_pass(met, now);
    }
    return true;
}
