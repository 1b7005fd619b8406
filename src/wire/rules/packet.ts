import { Address6 } from 'ip-address'
import { TCP_FLAGS } from './tcp-flags.js'

/** What TCP says of a packet: RFC 9293. */
export interface TcpHeader {
  readonly seq: number
  readonly ack: number
  /** Those that are set, e.g. `['SYN', 'ACK']`. */
  readonly flags: readonly string[]
  readonly window: number
}

/** linux/if_ether.h */
const [IPV4, IPV6, VLAN, QINQ] = [0x0800, 0x86dd, 0x8100, 0x88a8]
const [TCP, UDP] = [6, 17]
/** IPv6 extension headers that are passed over: RFC 8200. */
const EXTENSIONS = [0, 43, 60]

/** A packet that a rule's function is asked about, read as far as it can be. */
export class RulePacket {
  /** The whole frame from its ethernet header on, checksums and all. A copy: changing it changes nothing. */
  readonly bytes: Uint8Array
  /** The end of the link that it leaves. */
  readonly leaving: string
  /** The type behind VLAN tags: 0x0800 is IPv4, 0x0806 ARP, 0x86dd IPv6. */
  readonly ethertype: number
  /** Addresses, where it is IP. */
  readonly from: string | undefined
  readonly to: string | undefined
  /** Protocol of IP: 6 is TCP, 17 UDP, 1 ICMP. */
  readonly proto: number | undefined
  readonly fromPort: number | undefined
  readonly toPort: number | undefined
  readonly tcp: TcpHeader | undefined
  /** What TCP or UDP carry. */
  readonly payload: Uint8Array

  constructor(bytes: Uint8Array, leaving: string) {
    this.bytes = bytes
    this.leaving = leaving
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
    const u16 = (at: number) => (at + 2 <= bytes.length ? view.getUint16(at) : 0)
    let type = 12
    while (type <= 16 && [VLAN, QINQ].includes(u16(type))) type += 4
    this.ethertype = u16(type)
    const ip = readIp(bytes, type + 2, this.ethertype)
    this.from = ip?.from
    this.to = ip?.to
    this.proto = ip?.proto
    this.payload = new Uint8Array()
    if (ip === undefined || ip.fragment) return
    const { transport: at, end } = ip
    if ((ip.proto === TCP && at + 20 <= end) || (ip.proto === UDP && at + 8 <= end)) {
      this.fromPort = u16(at)
      this.toPort = u16(at + 2)
      const header = ip.proto === UDP ? 8 : (bytes[at + 12]! >> 4) * 4
      this.payload = bytes.subarray(Math.min(at + header, end), end)
      if (ip.proto === TCP) {
        this.tcp = {
          seq: view.getUint32(at + 4),
          ack: view.getUint32(at + 8),
          flags: TCP_FLAGS.filter((_, bit) => (bytes[at + 13]! >> bit) & 1),
          window: u16(at + 14),
        }
      }
    }
  }

  /** The payload as text. */
  text(): string {
    return Buffer.from(this.payload).toString('utf8')
  }
}

interface Ip {
  readonly from: string
  readonly to: string
  readonly proto: number
  readonly fragment: boolean
  readonly transport: number
  readonly end: number
}

function readIp(bytes: Uint8Array, at: number, ethertype: number): Ip | undefined {
  if (ethertype === IPV4 && at + 20 <= bytes.length) return readIpv4(bytes, at)
  return ethertype === IPV6 && at + 40 <= bytes.length ? readIpv6(bytes, at) : undefined
}

function readIpv4(bytes: Uint8Array, at: number): Ip {
  const u16 = (offset: number) => (bytes[at + offset]! << 8) | bytes[at + offset + 1]!
  const address = (offset: number) => bytes.subarray(at + offset, at + offset + 4).join('.')
  return {
    from: address(12),
    to: address(16),
    proto: bytes[at + 9]!,
    fragment: (u16(6) & 0x1fff) !== 0,
    transport: at + (bytes[at]! & 15) * 4,
    end: Math.min(bytes.length, at + u16(2)),
  }
}

function readIpv6(bytes: Uint8Array, at: number): Ip {
  const address = (offset: number) =>
    Address6.fromByteArray([...bytes.subarray(at + offset, at + offset + 16)]).correctForm()
  const length = (bytes[at + 4]! << 8) | bytes[at + 5]!
  let [transport, proto, fragment] = [at + 40, bytes[at + 6]!, false]
  for (let header = 0; header < 8 && transport + 8 <= bytes.length; header += 1) {
    const next = bytes[transport]!
    if (proto === 44) {
      fragment = ((bytes[transport + 2]! << 8) | (bytes[transport + 3]! & 0xf8)) !== 0
      transport += 8
    } else if (EXTENSIONS.includes(proto)) transport += (bytes[transport + 1]! + 1) * 8
    else break
    proto = next
    if (fragment) break
  }
  const end = Math.min(bytes.length, at + 40 + length)
  return { from: address(8), to: address(24), proto, fragment, transport, end }
}
