import { AF_INET6 } from '../netlink/ip.js'
import { macBytes } from '../netlink/mac.js'
import type { Message } from '../netlink/message.js'
import { encode, type Writer } from '../netlink/writer.js'
import * as IFLA from './link-attributes.js'

/** Inside IFLA_AF_SPEC / AF_INET6 (linux/if_link.h). */
const IFLA_INET6_ADDR_GEN_MODE = 8
const IN6_ADDR_GEN_MODE_NONE = 1

/** A device, by its name or by its number in its namespace. */
export type LinkRef = string | number

/** Writes struct ifinfomsg: family, type, index, flags, and the mask of flags to change. */
export function ifinfomsg(to: Writer, index: number, flags = 0, change = 0): void {
  to.u8(0).u8(0).u16(0).u32(index).u32(flags).u32(change)
}

/** The header that names the device `link`, to be followed by other attributes. */
function refer(to: Writer, link: LinkRef, flags = 0, change = 0): void {
  ifinfomsg(to, typeof link === 'number' ? link : 0, flags, change)
  if (typeof link === 'string') to.attributeString(IFLA.IFLA_IFNAME, link)
}

/** Attributes that any device has, at its making or later. */
export interface LinkAttributes {
  readonly mac?: string | undefined
  /** Bytes. */
  readonly mtu?: number | undefined
  /** Number of a bridge to join; 0 leaves the one that it is in. */
  readonly master?: number | undefined
  /** Packets. */
  readonly txQueueLength?: number | undefined
}

export function putAttributes(to: Writer, link: LinkAttributes): void {
  if (link.mac !== undefined) to.attributeBytes(IFLA.IFLA_ADDRESS, macBytes(link.mac))
  if (link.mtu !== undefined) to.attributeU32(IFLA.IFLA_MTU, link.mtu)
  if (link.txQueueLength !== undefined) to.attributeU32(IFLA.IFLA_TXQLEN, link.txQueueLength)
  if (link.master !== undefined) to.attributeU32(IFLA.IFLA_MASTER, link.master)
}

/** What can be changed of a device. */
export interface LinkChange extends LinkAttributes {
  readonly up?: boolean | undefined
  /** Only for devices that are named by number: the new name. */
  readonly name?: string | undefined
  /** Many devices, veth among them, refuse it (EOPNOTSUPP): there, take the other end down. */
  readonly carrier?: boolean | undefined
  /** A descriptor, in this process, of the namespace to move to. */
  readonly netns?: number | undefined
  /**
   * No link-local IPv6 address of the kernel's own choice, hence no 1.8 s of duplicate detection. In
   * one message with `up` it comes too late, and in a create message the kernel ignores it: set it
   * between the two.
   */
  readonly addrGenMode?: 'none' | undefined
}

/** Changes a device. */
export function linkSet(link: LinkRef, change: LinkChange): Message {
  const body = encode((to) => {
    const flags = change.up === true ? IFLA.IFF_UP : 0
    refer(to, link, flags, change.up === undefined ? 0 : IFLA.IFF_UP)
    putAttributes(to, change)
    if (change.name !== undefined) to.attributeString(IFLA.IFLA_IFNAME, change.name)
    if (change.carrier !== undefined) to.attributeU8(IFLA.IFLA_CARRIER, change.carrier ? 1 : 0)
    if (change.netns !== undefined) to.attributeU32(IFLA.IFLA_NET_NS_FD, change.netns)
    if (change.addrGenMode === 'none') {
      to.nest(IFLA.IFLA_AF_SPEC, () =>
        to.nest(AF_INET6, () => to.attributeU8(IFLA_INET6_ADDR_GEN_MODE, IN6_ADDR_GEN_MODE_NONE)),
      )
    }
  })
  return {
    type: IFLA.RTM_NEWLINK,
    flags: 0,
    body,
    operation: 'RTM_NEWLINK (set)',
    object: describe(link),
    // A kernel without IPv6 has no such mode, and no such addresses either.
    ...(isAddrGenModeAlone(change) ? { allow: ['EAFNOSUPPORT'] } : {}),
  }
}

function isAddrGenModeAlone(change: LinkChange): boolean {
  return change.addrGenMode !== undefined && Object.keys(change).length === 1
}

/** Takes a device away, with both its ends if it is a veth; `allow: ['ENODEV']` if it may be gone. */
export function linkDelete(link: LinkRef, options: Pick<Message, 'allow'> = {}): Message {
  return {
    ...options,
    type: IFLA.RTM_DELLINK,
    flags: 0,
    body: encode((to) => refer(to, link)),
    operation: 'RTM_DELLINK',
    object: describe(link),
  }
}

/** RTEXT_FILTER_SKIP_STATS, linux/rtnetlink.h: the answer is half as long. */
const SKIP_STATS = 8

/** Asks for one device. */
export function linkQuery(link: LinkRef, detail: 'all' | 'without statistics' = 'all'): Message {
  const body = encode((to) => {
    refer(to, link)
    if (detail !== 'all') to.attributeU32(IFLA.IFLA_EXT_MASK, SKIP_STATS)
  })
  return {
    type: IFLA.RTM_GETLINK,
    flags: 0,
    body,
    operation: 'RTM_GETLINK',
    object: describe(link),
  }
}

export function describe(link: LinkRef): string {
  return typeof link === 'number' ? `device number ${link}` : `device ${link}`
}
