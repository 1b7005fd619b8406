import { LITTLE_ENDIAN } from '../../ffi/memory.js'
import { Attributes } from '../netlink/attribute.js'
import {
  AF_INET,
  AF_UNSPEC,
  addressBytes,
  addressText,
  broadcastOf,
  familyOf,
} from '../netlink/ip.js'
import { type Message, NLM_F_CREATE, NLM_F_EXCL, type Reply } from '../netlink/message.js'
import type { NetlinkSocket } from '../netlink/socket.js'
import { encode } from '../netlink/writer.js'

/** linux/rtnetlink.h, linux/if_addr.h */
const RTM_NEWADDR = 20
const RTM_DELADDR = 21
const RTM_GETADDR = 22
const IFA_ADDRESS = 1
const IFA_LOCAL = 2
const IFA_BROADCAST = 4
const IFA_F_NODAD = 0x02
const RT_SCOPE_UNIVERSE = 0
const RT_SCOPE_LINK = 253
const HEADER = 8

/** An address of a device. */
export interface AddressSpec {
  readonly index: number
  /** `10.0.0.1` or `fd00::1` */
  readonly address: string
  readonly prefix: number
}

/**
 * Gives a device an address, and with it the route to its subnet. IPv4 gets its broadcast address
 * (except in /31 and /32, which have none); IPv6 skips duplicate detection, which takes 1.8 s.
 */
export function addressAdd(spec: AddressSpec): Message {
  return message(RTM_NEWADDR, 'RTM_NEWADDR', NLM_F_CREATE | NLM_F_EXCL, spec)
}

/** Takes an address away; `allow: ['EADDRNOTAVAIL']` if it may be gone. */
export function addressDelete(spec: AddressSpec, options: Pick<Message, 'allow'> = {}): Message {
  return { ...message(RTM_DELADDR, 'RTM_DELADDR', 0, spec), ...options }
}

function message(type: number, operation: string, flags: number, spec: AddressSpec): Message {
  const bytes = addressBytes(spec.address)
  const family = familyOf(bytes)
  const v4 = family === AF_INET
  const linkLocal = !v4 && bytes[0] === 0xfe && (bytes[1]! & 0xc0) === 0x80
  const body = encode((to) => {
    to.u8(family).u8(spec.prefix)
    to.u8(v4 ? 0 : IFA_F_NODAD).u8(linkLocal ? RT_SCOPE_LINK : RT_SCOPE_UNIVERSE)
    to.u32(spec.index)
    to.attributeBytes(IFA_LOCAL, bytes).attributeBytes(IFA_ADDRESS, bytes)
    if (v4 && spec.prefix < 31) to.attributeBytes(IFA_BROADCAST, broadcastOf(bytes, spec.prefix))
  })
  const object = `${spec.address}/${spec.prefix} on device number ${spec.index}`
  return { type, flags, body, operation, object }
}

/** All addresses of the socket's namespace. */
export function addressList(socket: NetlinkSocket): AddressSpec[] {
  return socket.dump(LIST, readAddress)
}

/** Decodes an RTM_NEWADDR answer. */
export function readAddress({ view, from, to }: Reply): AddressSpec | undefined {
  const attributes = new Attributes(view, from + HEADER, to)
  // IFA_ADDRESS is the other end's where there is one (point-to-point); IPv6 sends no IFA_LOCAL.
  const bytes = attributes.bytes(IFA_LOCAL) ?? attributes.bytes(IFA_ADDRESS)
  if (bytes === undefined) return undefined
  return {
    index: view.getUint32(from + 4, LITTLE_ENDIAN),
    address: addressText(bytes),
    prefix: view.getUint8(from + 1),
  }
}

const LIST: Message = {
  type: RTM_GETADDR,
  flags: 0,
  body: encode((to) => to.u8(AF_UNSPEC).u8(0).u8(0).u8(0).u32(0)),
  operation: 'RTM_GETADDR',
  object: 'all addresses',
}
