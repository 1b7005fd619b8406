import { type Message, NLM_F_CREATE, NLM_F_EXCL } from '../netlink/message.js'
import { NFTA_LIST_ELEM, nftMessage } from './message.js'

/** linux/netfilter/nf_tables.h */
const NFTA_CHAIN_TABLE = 1
const NFTA_CHAIN_NAME = 3
const NFTA_CHAIN_HOOK = 4
const NFTA_CHAIN_POLICY = 5
const NFTA_CHAIN_TYPE = 7
const NFTA_HOOK_HOOKNUM = 1
const NFTA_HOOK_PRIORITY = 2
const NFTA_HOOK_DEVS = 4

/** linux/netfilter.h: NF_NETDEV_INGRESS, NF_NETDEV_EGRESS, NF_ACCEPT */
const HOOKS = { ingress: 0, egress: 1 } as const
const NF_ACCEPT = 1

/** One less than NFT_NETDEVICE_MAX of the kernel's nf_tables.h, with which it answers EFBIG. */
export const MAX_CHAIN_DEVICES = 255

/** Where a chain meets frames: as a device receives them, or as it is about to send them. */
export type Hook = keyof typeof HOOKS

/** A chain on devices, which accepts what its rules do not drop. */
export interface ChainSpec {
  readonly table: string
  readonly name: string
  readonly hook: Hook
  /** Chains of one hook act in the order of their priorities, lowest first. */
  readonly priority: number
  /** Names of 1 to {@link MAX_CHAIN_DEVICES} devices; when one goes, its hook alone goes with it. */
  readonly devices: readonly string[]
}

/** Makes a base chain of type filter. */
export function chainCreate(chain: ChainSpec): Message {
  const object = `chain ${chain.name} of table ${chain.table}`
  return nftMessage('NFT_MSG_NEWCHAIN', NLM_F_CREATE | NLM_F_EXCL, object, (to) => {
    to.attributeString(NFTA_CHAIN_TABLE, chain.table)
    to.attributeString(NFTA_CHAIN_NAME, chain.name)
    to.nest(NFTA_CHAIN_HOOK, () => {
      to.attributeBe32(NFTA_HOOK_HOOKNUM, HOOKS[chain.hook])
      to.attributeBe32(NFTA_HOOK_PRIORITY, chain.priority)
      to.nest(NFTA_HOOK_DEVS, () => {
        for (const device of chain.devices) to.attributeString(NFTA_LIST_ELEM, device)
      })
    })
    to.attributeBe32(NFTA_CHAIN_POLICY, NF_ACCEPT)
    to.attributeString(NFTA_CHAIN_TYPE, 'filter')
  })
}
