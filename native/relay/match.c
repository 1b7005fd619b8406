#include "match.h"

#include <linux/if_ether.h>
#include <string.h>

static bool in_net(const struct net *net, const struct view *view, const unsigned char *address) {
    size_t bytes = net->prefix / 8;
    unsigned bits = net->prefix % 8;

    if (net->family != view->family || memcmp(net->address, address, bytes) != 0)
        return false;
    return bits == 0 || (net->address[bytes] ^ address[bytes]) >> (8 - bits) == 0;
}

static bool in_nets(const struct nets *nets, const struct view *view, const unsigned char *address) {
    if (nets->count == 0)
        return true;
    for (unsigned i = 0; address && i < nets->count; i++)
        if (in_net(&nets->list[i], view, address))
            return true;
    return false;
}

static bool in_ranges(const struct ranges *ranges, uint32_t number) {
    for (unsigned i = 0; i < ranges->count; i++)
        if (number >= ranges->list[i].low && number <= ranges->list[i].high)
            return true;
    return ranges->count == 0;
}

static bool has_ports(const struct match *match, const struct view *view) {
    if (match->port.count + match->from_port.count + match->to_port.count == 0)
        return true;
    return view->ported && in_ranges(&match->from_port, view->from_port) &&
           in_ranges(&match->to_port, view->to_port) &&
           (in_ranges(&match->port, view->from_port) || in_ranges(&match->port, view->to_port));
}

static bool has_flags(const struct match *match, const struct view *view) {
    if (match->flags_set == 0 && match->flags_clear == 0)
        return true;
    return view->ported && view->proto == 6 && (view->flags & match->flags_set) == match->flags_set &&
           (view->flags & match->flags_clear) == 0;
}

static bool has_payload(const struct match *match, const struct view *view) {
    if (match->payload_size == 0)
        return true;
    return view->payload != 0 &&
           memmem(view->frame + view->payload, view->payload_size, match->payload, match->payload_size);
}

bool match_packet(const struct match *match, const struct view *view) {
    /* Address resolution has addresses, too; nobody means it who does not say so. */
    if (match->ether != ETH_P_ARP && view->ether == ETH_P_ARP && match->from.count + match->to.count > 0)
        return false;
    return (match->ether < 0 || match->ether == view->ether) &&
           (match->proto < 0 || match->proto == view->proto) && in_nets(&match->from, view, view->from) &&
           in_nets(&match->to, view, view->to) && has_ports(match, view) && has_flags(match, view) &&
           in_ranges(&match->size, view->size) && has_payload(match, view);
}

bool which_holds(const struct which *which, uint64_t index) {
    if (index <= which->after)
        return false;
    index -= which->after;
    if ((which->first != 0 && index > which->first) || (which->every != 0 && index % which->every != 0))
        return false;
    for (unsigned i = 0; i < which->count; i++)
        if (which->nth[i] == index)
            return true;
    return which->count == 0;
}
