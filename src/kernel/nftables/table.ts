import { type Message, NLM_F_CREATE, NLM_F_EXCL } from '../netlink/message.js'
import type { NetlinkSocket } from '../netlink/socket.js'
import { nftMessage } from './message.js'

/** linux/netfilter/nf_tables.h */
const NFTA_TABLE_NAME = 1

/** Makes a table of the netdev family; with `existing: 'keep'` one that is there is left as it is. */
export function tableCreate(name: string, existing: 'fail' | 'keep' = 'fail'): Message {
  const flags = existing === 'fail' ? NLM_F_CREATE | NLM_F_EXCL : NLM_F_CREATE
  return nftMessage('NFT_MSG_NEWTABLE', flags, `table ${name}`, (to) =>
    to.attributeString(NFTA_TABLE_NAME, name),
  )
}

/** Takes a table away with all that is in it; `allow: ['ENOENT']` if it may be gone. */
export function tableDelete(name: string, options: Pick<Message, 'allow'> = {}): Message {
  const message = nftMessage('NFT_MSG_DELTABLE', 0, `table ${name}`, (to) =>
    to.attributeString(NFTA_TABLE_NAME, name),
  )
  return { ...message, ...options }
}

/** Whether the table is there. */
export function tableExists(socket: NetlinkSocket, name: string): boolean {
  const query = nftMessage('NFT_MSG_GETTABLE', 0, `table ${name}`, (to) =>
    to.attributeString(NFTA_TABLE_NAME, name),
  )
  return socket.get({ ...query, allow: ['ENOENT'] }, () => true) ?? false
}
