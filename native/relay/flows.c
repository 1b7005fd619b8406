#include "flows.h"

#include <stdlib.h>
#include <string.h>

enum { BUCKETS = 4096, FLOWS_MAX = 65536 };

struct flows {
    struct flow *buckets[BUCKETS];
    struct flow *oldest, *newest;
    size_t count;
    uint64_t ordinals;
};

struct flows *flows_new(void) {
    return calloc(1, sizeof(struct flows));
}

void flows_free(struct flows *flows) {
    while (flows && flows->oldest) {
        struct flow *flow = flows->oldest;

        flows->oldest = flow->newer;
        free(flow);
    }
    free(flows);
}

static void set_end(struct end *end, const struct view *view, const unsigned char *address, uint16_t port) {
    memset(end, 0, sizeof *end);
    if (address)
        memcpy(end->address, address, view_address_size(view));
    end->port = port;
}

static void set_key(struct flow *key, const struct view *view) {
    struct end from, to;

    memset(key, 0, sizeof *key);
    set_end(&from, view, view->from, view->from_port);
    set_end(&to, view, view->to, view->to_port);
    bool swap = memcmp(&from, &to, sizeof from) > 0;

    key->ends[0] = swap ? to : from;
    key->ends[1] = swap ? from : to;
    key->proto = view->proto;
    key->family = view->family;
    /* FNV-1a */
    uint32_t hash = 2166136261u;
    const unsigned char *bytes = (const unsigned char *)key->ends;

    for (size_t i = 0; i < sizeof key->ends; i++)
        hash = (hash ^ bytes[i]) * 16777619u;
    key->hash = (hash ^ (uint32_t)key->proto) * 16777619u;
}

static bool same(const struct flow *one, const struct flow *other) {
    return one->hash == other->hash && one->proto == other->proto && one->family == other->family &&
           memcmp(one->ends, other->ends, sizeof one->ends) == 0;
}

static void forget_oldest(struct flows *flows) {
    struct flow *flow = flows->oldest;
    struct flow **at = &flows->buckets[flow->hash % BUCKETS];

    while (*at != flow)
        at = &(*at)->next;
    *at = flow->next;
    flows->oldest = flow->newer;
    if (flows->oldest)
        flows->oldest->older = NULL;
    else
        flows->newest = NULL;
    flows->count--;
    free(flow);
}

static struct flow *add(struct flows *flows, const struct flow *key) {
    struct flow *flow = malloc(sizeof *flow);

    if (flow == NULL)
        return NULL;
    if (flows->count == FLOWS_MAX)
        forget_oldest(flows);
    *flow = *key;
    flow->ordinal = ++flows->ordinals;
    flow->next = flows->buckets[flow->hash % BUCKETS];
    flows->buckets[flow->hash % BUCKETS] = flow;
    flow->older = flows->newest;
    if (flows->newest)
        flows->newest->newer = flow;
    else
        flows->oldest = flow;
    flows->newest = flow;
    flows->count++;
    return flow;
}

/* The same ports once more: all that was known is of the connection before. */
static void renew(struct flows *flows, struct flow *flow) {
    flow->ordinal = ++flows->ordinals;
    flow->packets = flow->bytes = 0;
    for (int side = 0; side < 2; side++)
        flow->known[side] = flow->dead[side] = false;
}

struct flow *flows_of(struct flows *flows, const struct view *view) {
    struct flow key;

    set_key(&key, view);
    struct flow *flow = flows->buckets[key.hash % BUCKETS];
    bool begins = view->ported && (view->flags & (TCP_SYN | TCP_ACK)) == TCP_SYN;

    while (flow && !same(flow, &key))
        flow = flow->next;
    if (flow == NULL && (flow = add(flows, &key)) == NULL)
        return NULL;
    if (!begins)
        return flow;
    if ((flow->begun && flow->begin != view->seq) || (!flow->begun && (flow->known[0] || flow->known[1])))
        renew(flows, flow);
    flow->begun = true;
    flow->begin = view->seq;
    return flow;
}
