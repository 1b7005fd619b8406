import { LITTLE_ENDIAN } from '../../ffi/memory.js'
import { Attributes } from '../netlink/attribute.js'
import { macText } from '../netlink/mac.js'
import type { Message, Reply } from '../netlink/message.js'
import type { NetlinkSocket } from '../netlink/socket.js'
import { encode } from '../netlink/writer.js'
import { ifinfomsg, type LinkRef, linkQuery } from './link.js'
import * as IFLA from './link-attributes.js'

/** IF_OPER_* of linux/if.h, by number. */
const OPERSTATES = [
  'unknown',
  'notpresent',
  'down',
  'lowerlayerdown',
  'testing',
  'dormant',
  'up',
] as const

/** struct ifinfomsg */
const HEADER = 16

/** What went over a device since it was made: packets and bytes as it saw them, exact to 2^53. */
export interface LinkStats {
  readonly rxPackets: number
  readonly txPackets: number
  readonly rxBytes: number
  readonly txBytes: number
  readonly rxErrors: number
  readonly txErrors: number
  readonly rxDropped: number
  readonly txDropped: number
}

/** A device as the kernel tells it. */
export interface LinkState {
  readonly index: number
  readonly name: string
  /** `veth`, `bridge`; undefined for lo and for hardware. */
  readonly kind: string | undefined
  readonly up: boolean
  readonly carrier: boolean
  readonly operstate: (typeof OPERSTATES)[number]
  readonly mtu: number
  readonly mac: string
  readonly master: number | undefined
  /** Number of a veth's other end, in that one's own namespace. */
  readonly peer: number | undefined
  readonly txQueueLength: number
  readonly stats: LinkStats
}

/** Decodes an RTM_NEWLINK answer. */
export function readLink({ view, from, to }: Reply): LinkState {
  const attributes = new Attributes(view, from + HEADER, to)
  const flags = view.getUint32(from + 8, LITTLE_ENDIAN)
  const stats = attributes.u64s(IFLA.IFLA_STATS64, 8) ?? []
  const at = (index: number): number => stats[index] ?? 0
  return {
    index: view.getInt32(from + 4, LITTLE_ENDIAN),
    name: attributes.string(IFLA.IFLA_IFNAME) ?? '',
    kind: attributes.nested(IFLA.IFLA_LINKINFO)?.string(IFLA.IFLA_INFO_KIND),
    up: (flags & IFLA.IFF_UP) !== 0,
    carrier: (flags & IFLA.IFF_LOWER_UP) !== 0,
    operstate: OPERSTATES[attributes.u8(IFLA.IFLA_OPERSTATE) ?? 0] ?? 'unknown',
    mtu: attributes.u32(IFLA.IFLA_MTU) ?? 0,
    mac: macText(attributes.bytes(IFLA.IFLA_ADDRESS) ?? new Uint8Array(6)),
    master: attributes.u32(IFLA.IFLA_MASTER),
    peer: attributes.u32(IFLA.IFLA_LINK),
    txQueueLength: attributes.u32(IFLA.IFLA_TXQLEN) ?? 0,
    stats: {
      rxPackets: at(0),
      txPackets: at(1),
      rxBytes: at(2),
      txBytes: at(3),
      rxErrors: at(4),
      txErrors: at(5),
      rxDropped: at(6),
      txDropped: at(7),
    },
  }
}

/**
 * One device with its statistics.
 *
 * @throws NetlinkError `ENODEV` when there is none
 */
export function linkGet(socket: NetlinkSocket, link: LinkRef): LinkState {
  return socket.get(linkQuery(link), readLink)!
}

/** All devices of the socket's namespace. */
export function linkList(socket: NetlinkSocket): LinkState[] {
  return socket.dump(LIST, readLink)
}

const LIST: Message = {
  type: IFLA.RTM_GETLINK,
  flags: 0,
  body: encode((to) => ifinfomsg(to, 0)),
  operation: 'RTM_GETLINK',
  object: 'all devices',
}
