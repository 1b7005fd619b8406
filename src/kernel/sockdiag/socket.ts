import { LITTLE_ENDIAN } from '../../ffi/memory.js'
import { AF_INET, AF_INET6, addressText, type Family } from '../netlink/ip.js'
import type { Message, Reply } from '../netlink/message.js'
import type { NetlinkSocket } from '../netlink/socket.js'
import { encode } from '../netlink/writer.js'

/** linux/sock_diag.h */
const SOCK_DIAG_BY_FAMILY = 20
const SOCK_DESTROY = 21

/** netinet/in.h */
const PROTOCOLS = { tcp: 6, udp: 17 } as const
const ALL_STATES = 0xffffffff

/** struct inet_diag_sockid, linux/inet_diag.h: ports, two addresses of 16 bytes, device, cookie. */
const ID_SIZE = 48
/** struct inet_diag_msg: family, state, timer, retransmissions, then the id. */
const ID = 4

/** States of TCP (net/tcp_states.h), by number; UDP has `established` (connected) and `close`. */
const STATES = [
  'unknown',
  'established',
  'syn-sent',
  'syn-received',
  'fin-wait-1',
  'fin-wait-2',
  'time-wait',
  'close',
  'close-wait',
  'last-ack',
  'listen',
  'closing',
  'new-syn-received',
] as const

/** A TCP or UDP socket of a namespace. */
export interface InetSocket {
  readonly protocol: keyof typeof PROTOCOLS
  readonly family: Family
  readonly state: (typeof STATES)[number]
  readonly localAddress: string
  readonly localPort: number
  readonly remoteAddress: string
  readonly remotePort: number
  /** Of the file that holds it; 0 when none does, as in time-wait. */
  readonly inode: number
  /** What names it to the kernel. */
  readonly id: Uint8Array
}

type Protocol = InetSocket['protocol']

/** Writes struct inet_diag_req_v2. */
function request(family: Family, protocol: Protocol, id: Uint8Array): Uint8Array {
  return encode((to) => to.u8(family).u8(PROTOCOLS[protocol]).u8(0).u8(0).u32(ALL_STATES).bytes(id))
}

/**
 * The TCP and UDP sockets of the namespace in which the NETLINK_SOCK_DIAG socket was opened, in all
 * states. Raw, packet and Unix sockets are not among them.
 */
export function socketList(socket: NetlinkSocket): InetSocket[] {
  const found: InetSocket[] = []
  for (const protocol of ['tcp', 'udp'] as const) {
    for (const family of [AF_INET, AF_INET6] as const) {
      const query: Message = {
        type: SOCK_DIAG_BY_FAMILY,
        flags: 0,
        body: request(family, protocol, new Uint8Array(ID_SIZE)),
        operation: 'SOCK_DIAG_BY_FAMILY',
        object: `${protocol} sockets`,
        // The kernel may have no IPv6, or none of this protocol.
        allow: ['ENOENT', 'EAFNOSUPPORT', 'EOPNOTSUPP'],
      }
      found.push(...socket.dump(query, (reply) => readSocket(reply, protocol)))
    }
  }
  return found
}

/** Decodes struct inet_diag_msg. */
export function readSocket({ view, from, to }: Reply, protocol: Protocol): InetSocket | undefined {
  if (to - from < ID + ID_SIZE + 20) return undefined
  const family = view.getUint8(from)
  if (family !== AF_INET && family !== AF_INET6) return undefined
  const id = new Uint8Array(view.buffer, view.byteOffset + from + ID, ID_SIZE).slice()
  const size = family === AF_INET ? 4 : 16
  return {
    protocol,
    family,
    state: STATES[view.getUint8(from + 1)] ?? 'unknown',
    localPort: view.getUint16(from + ID, false),
    remotePort: view.getUint16(from + ID + 2, false),
    localAddress: addressText(id.subarray(4, 4 + size)),
    remoteAddress: addressText(id.subarray(20, 20 + size)),
    inode: view.getUint32(from + ID + ID_SIZE + 16, LITTLE_ENDIAN),
    id,
  }
}

/** Aborts a socket: its holder gets ECONNABORTED, a TCP peer a reset. One that is gone is no error. */
export function socketDestroy(target: InetSocket): Message {
  const { protocol, family, localAddress, localPort } = target
  return {
    type: SOCK_DESTROY,
    flags: 0,
    body: request(family, protocol, target.id),
    operation: 'SOCK_DESTROY',
    object: `${protocol} ${localAddress} port ${localPort} (${target.state})`,
    allow: ['ENOENT', 'ESTALE'],
  }
}
