import { spawnSync } from 'node:child_process'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { compileFilter } from '../../../../src/wire/capture/filter/compile.js'
import { parseFilter } from '../../../../src/wire/capture/filter/parse.js'
import { runFilter } from '../../../kernel/bpf/machine.js'
import { bytes, models } from './packets.js'

// The same filters, read by libpcap: where netrig takes a filter, both let the same packets pass.

const there = spawnSync('tcpdump', ['--version']).status === 0

/** A file of classic pcap, each packet stamped with its number. */
function pcap(packets: readonly Buffer[]): Buffer {
  const header = Buffer.from('d4c3b2a1020004000000000000000000ffff000001000000', 'hex')
  const records = packets.flatMap((packet, at) => {
    const record = Buffer.alloc(16)
    record.writeUInt32LE(at, 0)
    record.writeUInt32LE(packet.length, 8)
    record.writeUInt32LE(packet.length, 12)
    return [record, packet]
  })
  return Buffer.concat([header, ...records])
}

/** Numbers of the packets that tcpdump lets pass. */
function byTcpdump(filter: string, packets: readonly Buffer[]): number[] {
  const words = ['-n', '-tt', '-q', '-r', '-', filter]
  const { stdout, stderr, status } = spawnSync('tcpdump', words, {
    input: pcap(packets),
    encoding: 'utf8',
  })
  // What contradicts itself libpcap refuses: nothing would pass.
  if (stderr.includes('expression rejects all packets')) return []
  expect(status, stderr).toBe(0)
  return [...stdout.matchAll(/^(\d+)\.0{6} /gm)].map(([, number]) => Number(number))
}

function byNetrig(filter: string, packets: readonly Buffer[]): number[] {
  const expression = parseFilter(filter, 'test', { hosts: new Map(), nets: new Map() })
  const program = compileFilter(expression, { ports: undefined, flipped: [] })!
  return packets.flatMap((packet, at) => (runFilter(program, packet) > 0 ? [at] : []))
}

const side = fc.constantFrom('', 'src ', 'dst ', 'src or dst ', 'src and dst ')
const primitive = fc.oneof(
  fc.constantFrom('ip', 'ip6', 'arp', 'tcp', 'udp', 'sctp', 'icmp', 'icmp6', 'ether broadcast'),
  fc.constantFrom('multicast', 'greater 90', 'less 90', 'ether src 02:00:00:00:00:01'),
  fc
    .tuple(fc.constantFrom('', 'ip ', 'arp '), side, fc.constantFrom('10.0.0.1', '192.168.7.9'))
    .map(([protocol, which, address]) => `${protocol}${which}host ${address}`),
  fc
    .tuple(side, fc.constantFrom('fd00::1', '2001:db8::9'))
    .map(([which, address]) => `${which}host ${address}`),
  fc
    .tuple(
      side,
      fc.constantFrom('10.0.0.0/24', '10.0.0.0/15', '192.168.7.8/31', 'fd00::/64', '2001:db8::/33'),
    )
    .map(([which, net]) => `${which}net ${net}`),
  fc
    .tuple(
      fc.constantFrom('', 'tcp ', 'udp ', 'sctp '),
      side,
      fc.constantFrom('port 80', 'portrange 50-443'),
    )
    .map((words) => words.join('')),
)
const joined = fc
  .tuple(primitive, fc.constantFrom('and', 'or', 'and not', 'or not'), primitive)
  .map((words) => words.join(' '))
const filter = fc.oneof(
  primitive,
  primitive.map((one) => `not ${one}`),
  joined,
  fc.tuple(joined, primitive).map(([left, right]) => `not (${left}) and ${right}`),
)

test.skipIf(!there)(
  'libpcap understands the same',
  () => {
    // Of tags in the frame libpcap knows only where a filter says `vlan`.
    const plain = models.map((model) => ({ ...model, tags: [] }))
    const law = fc.property(
      filter,
      fc.array(plain, { minLength: 40, maxLength: 40 }),
      (text, given) => {
        const packets = given.map(bytes)
        expect([text, byNetrig(text, packets)]).toEqual([text, byTcpdump(text, packets)])
      },
    )
    // Each try runs a program: what fails is shown as it was found.
    fc.assert(law, { numRuns: 60, endOnFailure: true })
  },
  30_000,
)
