import { LITTLE_ENDIAN } from '../../ffi/memory.js'
import { Attributes } from '../netlink/attribute.js'
import { AF_INET, AF_INET6, AF_UNSPEC, addressText } from '../netlink/ip.js'
import { macText } from '../netlink/mac.js'
import type { Message, Reply } from '../netlink/message.js'
import type { NetlinkSocket } from '../netlink/socket.js'
import { encode } from '../netlink/writer.js'

/** linux/rtnetlink.h, linux/neighbour.h */
const RTM_GETNEIGH = 30
const NDA_DST = 1
const NDA_LLADDR = 2
const HEADER = 12

/** NUD_* bits, lowest first. */
const STATES = [
  'incomplete',
  'reachable',
  'stale',
  'delay',
  'probe',
  'failed',
  'noarp',
  'permanent',
] as const

/** Who answers for an address on a device, as ARP or neighbour discovery found. */
export interface Neighbour {
  readonly index: number
  readonly address: string
  /** Undefined while nobody has answered. */
  readonly mac: string | undefined
  readonly state: (typeof STATES)[number] | 'none'
}

/** The neighbour table of the socket's namespace, IPv4 and IPv6. */
export function neighbourList(socket: NetlinkSocket): Neighbour[] {
  return socket.dump(LIST, readNeighbour)
}

/** Decodes an RTM_NEWNEIGH answer; entries of bridges (forwarding database) give undefined. */
export function readNeighbour({ view, from, to }: Reply): Neighbour | undefined {
  const family = view.getUint8(from)
  const attributes = new Attributes(view, from + HEADER, to)
  const address = attributes.bytes(NDA_DST)
  if ((family !== AF_INET && family !== AF_INET6) || address === undefined) return undefined
  const mac = attributes.bytes(NDA_LLADDR)
  const state = view.getUint16(from + 8, LITTLE_ENDIAN)
  return {
    index: view.getInt32(from + 4, LITTLE_ENDIAN),
    address: addressText(address),
    mac: mac === undefined ? undefined : macText(mac),
    state: STATES.find((_, bit) => (state & (1 << bit)) !== 0) ?? 'none',
  }
}

const LIST: Message = {
  type: RTM_GETNEIGH,
  flags: 0,
  body: encode((to) => to.u8(AF_UNSPEC).u8(0).u16(0).u32(0).u16(0).u8(0).u8(0)),
  operation: 'RTM_GETNEIGH',
  object: 'all neighbours',
}
