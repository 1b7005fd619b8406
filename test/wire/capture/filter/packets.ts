import fc from 'fast-check'
import { addressBytes } from '../../../../src/kernel/netlink/ip.js'

/** A packet in words; `bytes` says it in bytes. */
export interface Model {
  readonly kind: 'ip' | 'ip6' | 'arp' | 'other'
  readonly src: string
  readonly dst: string
  readonly protocol: number
  readonly sport: number
  readonly dport: number
  /** Words of options in the IPv4 header. */
  readonly options: number
  /** Not the first fragment. */
  readonly fragment: boolean
  /** Tags that stand in the frame. */
  readonly tags: readonly number[]
  readonly broadcast: boolean
}

const V4 = ['10.0.0.1', '10.0.0.2', '10.0.1.1', '192.168.7.9'] as const
const V6 = ['fd00::1', 'fd00::2', 'fd00:0:0:1::1', '2001:db8::9'] as const
export const PORTS = [22, 53, 80, 443, 8080] as const
export const PROTOCOLS = { tcp: 6, udp: 17, sctp: 132, icmp: 1, icmp6: 58, other: 200 } as const

export const models: fc.Arbitrary<Model> = fc
  .record({
    kind: fc.constantFrom('ip', 'ip', 'ip', 'ip6', 'ip6', 'arp', 'other'),
    src: fc.nat(3),
    dst: fc.nat(3),
    protocol: fc.constantFrom(...Object.values(PROTOCOLS)),
    sport: fc.constantFrom(...PORTS),
    dport: fc.constantFrom(...PORTS),
    options: fc.constantFrom(0, 0, 1, 10),
    fragment: fc.constantFrom(false, false, false, true),
    tags: fc.array(fc.constantFrom(7, 8), { maxLength: 2 }),
    broadcast: fc.boolean(),
  })
  .map(({ src, dst, ...rest }) => {
    const from = rest.kind === 'ip6' ? V6 : V4
    return { ...rest, src: from[src]!, dst: from[dst]! } as Model
  })

const ETHERTYPES = { ip: 0x0800, ip6: 0x86dd, arp: 0x0806, other: 0x88cc } as const

export function bytes(model: Model): Buffer {
  const { kind, src, dst, tags, broadcast } = model
  const ethernet = Buffer.from(`${broadcast ? 'ffffffffffff' : '020000000002'}020000000001`, 'hex')
  const types = [...tags.flatMap((tag) => [0x8100, tag]), ETHERTYPES[kind]].map((value) => {
    const word = Buffer.alloc(2)
    word.writeUInt16BE(value)
    return word
  })
  const [from, to] = [addressBytes(src), addressBytes(dst)]
  return Buffer.concat([ethernet, ...types, network(model, from, to)])
}

function network(model: Model, from: Uint8Array, to: Uint8Array): Buffer {
  const { kind, protocol, sport, dport, options, fragment } = model
  const transport = Buffer.alloc(40)
  transport.writeUInt16BE(sport, 0)
  transport.writeUInt16BE(dport, 2)
  if (kind === 'arp') {
    const arp = Buffer.alloc(28)
    arp.set(from, 14)
    arp.set(to, 24)
    return arp
  }
  if (kind === 'other') return transport
  const header = Buffer.alloc(kind === 'ip' ? 20 + options * 4 : 40)
  if (kind === 'ip') {
    header[0] = 0x45 + options
    header.writeUInt16BE(fragment ? 0x20b9 : 0x4000, 6)
    header[9] = protocol
    header.set(from, 12)
    header.set(to, 16)
  } else {
    header[0] = 0x60
    header[6] = protocol
    header.set(from, 8)
    header.set(to, 24)
  }
  return Buffer.concat([header, transport])
}
