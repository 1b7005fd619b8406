/* Tries of the sockets that labs use, in a new network namespace. */
#include <arpa/inet.h>
#include <linux/if.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <linux/if_tun.h>
#include <linux/inet_diag.h>
#include <linux/netfilter.h>
#include <linux/netfilter/nf_tables.h>
#include <linux/netfilter/nfnetlink.h>
#include <linux/sock_diag.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

#include "keeper.h"
#include "probe.h"
#include "probe_netlink.h"

/* The relay's socket: whole frames with their offload header, through a ring. packet(7). */
int probe_packet(const char **step) {
    int on = 1, version = TPACKET_V2;
    struct tpacket_req ring = {.tp_block_size = 65536, .tp_block_nr = 1, .tp_frame_size = 2048, .tp_frame_nr = 32};
    *step = "socket";
    int fd = socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC, htons(ETH_P_ALL));
    if (fd < 0) return -1;
    *step = "vnet_hdr";
    if (setsockopt(fd, SOL_PACKET, PACKET_VNET_HDR, &on, sizeof on) != 0) return -1;
    *step = "ring";
    if (setsockopt(fd, SOL_PACKET, PACKET_VERSION, &version, sizeof version) != 0) return -1;
    return setsockopt(fd, SOL_PACKET, PACKET_RX_RING, &ring, sizeof ring);
}

static void begin_batch(struct packet *packet, uint16_t type, uint16_t flags) {
    /* nfgenmsg's res_id names the subsystem, in network order; the messages between carry a family. */
    struct nfgenmsg header = {.nfgen_family = AF_UNSPEC, .version = NFNETLINK_V0, .res_id = htons(NFNL_SUBSYS_NFTABLES)};
    packet_message(packet, type, flags, &header, sizeof header);
}

static void begin_nft(struct packet *packet, int type) {
    struct nfgenmsg header = {.nfgen_family = NFPROTO_NETDEV, .version = NFNETLINK_V0};
    packet_message(packet, (uint16_t)(NFNL_SUBSYS_NFTABLES << 8 | type), NLM_F_CREATE | NLM_F_ACK, &header, sizeof header);
}

static int nft_chain(uint32_t hook, const char **step) {
    struct packet packet = {0};
    uint32_t number = htonl(hook), priority = 0, refused;
    begin_batch(&packet, NFNL_MSG_BATCH_BEGIN, 0);
    begin_nft(&packet, NFT_MSG_NEWTABLE);
    packet_text(&packet, NFTA_TABLE_NAME, "probe");
    begin_nft(&packet, NFT_MSG_NEWCHAIN);
    packet_text(&packet, NFTA_CHAIN_TABLE, "probe");
    packet_text(&packet, NFTA_CHAIN_NAME, "probe");
    packet_text(&packet, NFTA_CHAIN_TYPE, "filter");
    uint32_t nest = packet_nest(&packet, NFTA_CHAIN_HOOK);
    packet_attribute(&packet, NFTA_HOOK_HOOKNUM, &number, sizeof number);
    packet_attribute(&packet, NFTA_HOOK_PRIORITY, &priority, sizeof priority);
    packet_text(&packet, NFTA_HOOK_DEV, "lo");
    packet_nest_end(&packet, nest);
    begin_batch(&packet, NFNL_MSG_BATCH_END, 0);
    int done = packet_send(&packet, NETLINK_NETFILTER, &refused);
    *step = refused < 2 ? "table" : "chain";
    return done;
}

int probe_nft_ingress(const char **step) {
    return nft_chain(NF_NETDEV_INGRESS, step);
}

int probe_nft_egress(const char **step) {
    return nft_chain(1 /* NF_NETDEV_EGRESS, which older headers lack */, step);
}

/* A socket that is not there: a kernel with INET_DIAG_DESTROY says ENOENT, one without EOPNOTSUPP. */
int probe_destroy(const char **step) {
    struct packet packet = {0};
    struct inet_diag_req_v2 socket = {.sdiag_family = AF_INET, .sdiag_protocol = IPPROTO_TCP, .idiag_states = ~0U};
    uint32_t refused;
    *step = "destroy";
    socket.id.idiag_src[0] = socket.id.idiag_dst[0] = htonl(INADDR_LOOPBACK);
    socket.id.idiag_sport = socket.id.idiag_dport = htons(9);
    memset(socket.id.idiag_cookie, 0xff, sizeof socket.id.idiag_cookie); /* INET_DIAG_NOCOOKIE */
    packet_message(&packet, SOCK_DESTROY, NLM_F_ACK, &socket, sizeof socket);
    if (packet_send(&packet, NETLINK_SOCK_DIAG, &refused) == 0) return 0;
    return errno == ENOENT ? 0 : -1;
}

int probe_tun(const char **step) {
    struct ifreq request = {.ifr_name = "probe0"};
    *step = "open";
    int fd = open("/dev/net/tun", O_RDWR | O_CLOEXEC);
    if (fd < 0) return -1;
    *step = "create";
    request.ifr_flags = IFF_TAP | IFF_NO_PI;
    return ioctl(fd, TUNSETIFF, &request);
}
