import type { Message } from '../netlink/message.js'
import type { Envelope } from '../netlink/socket.js'
import { encode, type Writer } from '../netlink/writer.js'

/** linux/netfilter/nfnetlink.h */
const NFNL_SUBSYS_NFTABLES = 10
const NFNL_MSG_BATCH_BEGIN = 0x10
const NFNL_MSG_BATCH_END = 0x11
/** NFPROTO_NETDEV, linux/netfilter.h: chains that see all frames of single devices. */
const NFPROTO_NETDEV = 5
const NFPROTO_UNSPEC = 0

/** struct nfgenmsg: family, version, resource (network order). */
export const NFGENMSG = 4

/** enum nf_tables_msg_types, linux/netfilter/nf_tables.h */
const TYPES = {
  NFT_MSG_NEWTABLE: 0,
  NFT_MSG_GETTABLE: 1,
  NFT_MSG_DELTABLE: 2,
  NFT_MSG_NEWCHAIN: 3,
  NFT_MSG_NEWRULE: 6,
  NFT_MSG_GETRULE: 7,
  NFT_MSG_NEWSET: 9,
  NFT_MSG_NEWSETELEM: 12,
} as const

/** NFTA_LIST_ELEM: the type of each attribute in a list. */
export const NFTA_LIST_ELEM = 1

/** A message of nftables, family netdev. Its attributes' numbers are in network order. */
export function nftMessage(
  operation: keyof typeof TYPES,
  flags: number,
  object: string,
  write: (to: Writer) => void,
): Message {
  const body = encode((to) => {
    to.u8(NFPROTO_NETDEV).u8(0).be16(0)
    write(to)
  })
  return { type: (NFNL_SUBSYS_NFTABLES << 8) | TYPES[operation], flags, body, operation, object }
}

function edge(type: number, operation: string): Message {
  const body = encode((to) => to.u8(NFPROTO_UNSPEC).u8(0).be16(NFNL_SUBSYS_NFTABLES))
  return { type, flags: 0, body, operation, object: 'the transaction as a whole' }
}

/** What makes a batch of nftables messages one transaction; without it nothing is changed at all. */
export const TRANSACTION: Envelope = {
  begin: edge(NFNL_MSG_BATCH_BEGIN, 'nftables commit'),
  end: edge(NFNL_MSG_BATCH_END, 'nftables commit'),
}
