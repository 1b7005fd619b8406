/** linux/if_link.h: attributes of RTM_*LINK messages. */
export const IFLA_ADDRESS = 1
export const IFLA_IFNAME = 3
export const IFLA_MTU = 4
export const IFLA_LINK = 5
export const IFLA_MASTER = 10
export const IFLA_TXQLEN = 13
export const IFLA_OPERSTATE = 16
export const IFLA_LINKINFO = 18
export const IFLA_STATS64 = 23
export const IFLA_AF_SPEC = 26
export const IFLA_NET_NS_FD = 28
export const IFLA_EXT_MASK = 29
export const IFLA_NUM_TX_QUEUES = 31
export const IFLA_NUM_RX_QUEUES = 32
export const IFLA_CARRIER = 33
export const IFLA_LINK_NETNSID = 37

/** Inside IFLA_LINKINFO. */
export const IFLA_INFO_KIND = 1
export const IFLA_INFO_DATA = 2

/** linux/if.h */
export const IFF_UP = 0x1
export const IFF_LOWER_UP = 0x10000

/** linux/rtnetlink.h */
export const RTM_NEWLINK = 16
export const RTM_DELLINK = 17
export const RTM_GETLINK = 18
