import { NetrigError } from '../../base/errors.js'
import { LITTLE_ENDIAN } from '../../ffi/memory.js'
import { Attributes } from '../netlink/attribute.js'
import {
  AF_INET,
  AF_INET6,
  AF_UNSPEC,
  addressBytes,
  addressText,
  type Family,
  familyOf,
} from '../netlink/ip.js'
import { type Message, NLM_F_CREATE, NLM_F_EXCL, type Reply } from '../netlink/message.js'
import type { NetlinkSocket } from '../netlink/socket.js'
import { encode } from '../netlink/writer.js'

/** linux/rtnetlink.h */
const RTM_NEWROUTE = 24
const RTM_DELROUTE = 25
const RTM_GETROUTE = 26
const RTA_DST = 1
const RTA_OIF = 4
const RTA_GATEWAY = 5
const RTA_PRIORITY = 6
const RTA_TABLE = 15
const RT_TABLE_MAIN = 254
const RTPROT_STATIC = 4
const RT_SCOPE_UNIVERSE = 0
const RT_SCOPE_LINK = 253
const RT_SCOPE_NOWHERE = 255
const RTN_UNSPEC = 0
const RTN_UNICAST = 1
const RTM_F_CLONED = 0x200
const HEADER = 12

/** A route of the main table; it has a gateway, a device or both. */
export interface RouteSpec {
  /** `10.1.0.0/16`, `fd00::/64`, or `default` (of the gateway's family, IPv4 without one). */
  readonly to: string
  /** Address of the gateway. */
  readonly via?: string | undefined
  /** Number of the device. */
  readonly index?: number | undefined
  /** Of several routes to one destination the lowest metric wins. */
  readonly metric?: number | undefined
}

/** Adds a route; the gateway must be reachable by then (`ENETUNREACH`), so the device is up first. */
export function routeAdd(route: RouteSpec): Message {
  return message(RTM_NEWROUTE, 'RTM_NEWROUTE', NLM_F_CREATE | NLM_F_EXCL, route)
}

/** Takes a route away; `allow: ['ESRCH']` if it may be gone. */
export function routeDelete(route: RouteSpec, options: Pick<Message, 'allow'> = {}): Message {
  return { ...message(RTM_DELROUTE, 'RTM_DELROUTE', 0, route), ...options }
}

function message(type: number, operation: string, flags: number, route: RouteSpec): Message {
  const gateway = route.via === undefined ? undefined : addressBytes(route.via)
  const { bytes, prefix, family } = destination(route.to, gateway)
  const deletes = type === RTM_DELROUTE
  const scope = gateway === undefined ? RT_SCOPE_LINK : RT_SCOPE_UNIVERSE
  const body = encode((to) => {
    to.u8(family).u8(prefix).u8(0).u8(0)
    to.u8(RT_TABLE_MAIN).u8(deletes ? 0 : RTPROT_STATIC)
    to.u8(deletes ? RT_SCOPE_NOWHERE : scope)
      .u8(deletes ? RTN_UNSPEC : RTN_UNICAST)
      .u32(0)
    if (bytes !== undefined) to.attributeBytes(RTA_DST, bytes)
    if (gateway !== undefined) to.attributeBytes(RTA_GATEWAY, gateway)
    if (route.index !== undefined) to.attributeU32(RTA_OIF, route.index)
    if (route.metric !== undefined) to.attributeU32(RTA_PRIORITY, route.metric)
  })
  const via = route.via === undefined ? '' : ` via ${route.via}`
  return { type, flags, body, operation, object: `route to ${route.to}${via}` }
}

function destination(
  to: string,
  gateway: Uint8Array | undefined,
): { bytes: Uint8Array | undefined; prefix: number; family: Family } {
  if (to === 'default') {
    const family = gateway === undefined ? AF_INET : familyOf(gateway)
    return { bytes: undefined, prefix: 0, family }
  }
  const [address = '', length] = to.split('/')
  const bytes = addressBytes(address)
  const prefix = length === undefined ? bytes.length * 8 : Number(length)
  if (!Number.isInteger(prefix) || prefix < 0 || prefix > bytes.length * 8) {
    throw new NetrigError('INVALID_ADDRESS', `'${to}' is no subnet.`, { object: to })
  }
  return { bytes, prefix, family: familyOf(bytes) }
}

/** A route as the kernel tells it. */
export interface RouteState extends RouteSpec {
  readonly family: 4 | 6
}

/** Unicast routes of the main table of the socket's namespace, subnets of its own addresses included. */
export function routeList(socket: NetlinkSocket): RouteState[] {
  return socket.dump(LIST, readRoute)
}

/** Decodes an RTM_NEWROUTE answer; other tables and kinds give undefined. */
export function readRoute({ view, from, to }: Reply): RouteState | undefined {
  const attributes = new Attributes(view, from + HEADER, to)
  const family = view.getUint8(from)
  const table = attributes.u32(RTA_TABLE) ?? view.getUint8(from + 4)
  const cloned = (view.getUint32(from + 8, LITTLE_ENDIAN) & RTM_F_CLONED) !== 0
  const unicast = view.getUint8(from + 7) === RTN_UNICAST
  if (table !== RT_TABLE_MAIN || !unicast || cloned) return undefined
  if (family !== AF_INET && family !== AF_INET6) return undefined
  const bytes = attributes.bytes(RTA_DST)
  const gateway = attributes.bytes(RTA_GATEWAY)
  return {
    family: family === AF_INET ? 4 : 6,
    to: bytes === undefined ? 'default' : `${addressText(bytes)}/${view.getUint8(from + 1)}`,
    via: gateway === undefined ? undefined : addressText(gateway),
    index: attributes.u32(RTA_OIF),
    metric: attributes.u32(RTA_PRIORITY),
  }
}

const LIST: Message = {
  type: RTM_GETROUTE,
  flags: 0,
  body: encode((to) => {
    to.u8(AF_UNSPEC).u8(0).u8(0).u8(0).u8(0).u8(0).u8(0).u8(0).u32(0)
  }),
  operation: 'RTM_GETROUTE',
  object: 'all routes',
}
