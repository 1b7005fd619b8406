import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { compileFilter } from '../../../../src/wire/capture/filter/compile.js'
import { parseFilter } from '../../../../src/wire/capture/filter/parse.js'
import { type Knowledge, runFilter } from '../../../kernel/bpf/machine.js'
import { bytes, type Model, models, PORTS, PROTOCOLS } from './packets.js'

const nobody = { hosts: new Map(), nets: new Map() }
const anywhere = { ports: undefined, flipped: [] }

function filter(
  text: string,
  scope: Parameters<typeof compileFilter>[1] = anywhere,
  known = nobody,
) {
  const program = compileFilter(parseFilter(text, 'test', known), scope)!
  return (packet: Uint8Array, about: Knowledge = {}) => runFilter(program, packet, about) > 0
}

interface Meaning {
  readonly text: string
  holds(model: Model): boolean
}

const ported = ['tcp', 'udp', 'sctp'] as const
const isIp = ({ kind }: Model) => kind === 'ip' || kind === 'ip6'
const hasPorts = (model: Model) =>
  isIp(model) && [6, 17, 132].includes(model.protocol) && !(model.kind === 'ip' && model.fragment)

const alone: Meaning[] = [
  { text: 'ip', holds: ({ kind }) => kind === 'ip' },
  { text: 'ip6', holds: ({ kind }) => kind === 'ip6' },
  { text: 'arp', holds: ({ kind }) => kind === 'arp' },
  ...ported.map((name) => ({
    text: name,
    holds: (model: Model) => isIp(model) && model.protocol === PROTOCOLS[name],
  })),
  { text: 'icmp', holds: ({ kind, protocol }) => kind === 'ip' && protocol === 1 },
  { text: 'icmp6', holds: ({ kind, protocol }) => kind === 'ip6' && protocol === 58 },
  { text: 'ether broadcast', holds: ({ broadcast }) => broadcast },
  { text: 'multicast', holds: ({ broadcast }) => broadcast },
  { text: 'vlan', holds: ({ tags }) => tags.length > 0 },
  { text: 'vlan 7', holds: ({ tags }) => tags[0] === 7 },
  { text: 'greater 100', holds: (model) => bytes(model).length >= 100 },
  { text: 'less 100', holds: (model) => bytes(model).length <= 100 },
  {
    text: 'ether src host 02:00:00:00:00:01',
    holds: () => true,
  },
]

const sides = fc.constantFrom('', 'src', 'dst', 'src or dst', 'src and dst')

function side<T>(word: string, src: T, dst: T, is: (value: T) => boolean): boolean {
  if (word === 'src') return is(src)
  if (word === 'dst') return is(dst)
  return word === 'src and dst' ? is(src) && is(dst) : is(src) || is(dst)
}

const isNetwork = ({ kind }: Model) => kind !== 'other'

const hosts = fc
  .tuple(sides, fc.constantFrom('10.0.0.1', '10.0.0.2', 'fd00::1', '2001:db8::9'))
  .map(([which, address]) => ({
    text: `${which} host ${address}`.trim(),
    holds: (model: Model) =>
      isNetwork(model) && side(which, model.src, model.dst, (one) => one === address),
  }))

const nets = fc
  .tuple(
    sides,
    fc.constantFrom(
      ['10.0.0.0/24', /^10\.0\.0\./],
      ['10.0.0.0/15', /^10\./],
      ['0.0.0.0/0', /\./],
      ['192.168.7.8/31', /^192/],
      ['fd00::/64', /^fd00::/],
      ['fd00::/16', /^fd00/],
      ['2001:db8::/33', /^2001/],
    ),
  )
  .map(([which, [net, pattern]]) => ({
    text: `${which} net ${net}`.trim(),
    holds: (model: Model) =>
      isNetwork(model) && side(which, model.src, model.dst, (one) => (pattern as RegExp).test(one)),
  }))

const ports = fc
  .tuple(
    fc.constantFrom('', ...ported),
    sides,
    fc.constantFrom(...PORTS),
    fc.constantFrom(0, 0, 361),
  )
  .map(([protocol, which, port, more]) => ({
    text: `${protocol} ${which} ${more > 0 ? `portrange ${port}-${port + more}` : `port ${port}`}`.trim(),
    holds: (model: Model) =>
      hasPorts(model) &&
      (protocol === '' || model.protocol === PROTOCOLS[protocol]) &&
      side(which, model.sport, model.dport, (one) => one >= port && one <= port + more),
  }))

const primitive: fc.Arbitrary<Meaning> = fc.oneof(fc.constantFrom(...alone), hosts, nets, ports)

const { expression } = fc.letrec<{ expression: Meaning }>((tie) => ({
  expression: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    primitive,
    tie('expression').map(
      (of): Meaning => ({ text: `not (${of.text})`, holds: (one) => !of.holds(one) }),
    ),
    fc.tuple(fc.constantFrom('and', '&&'), tie('expression'), tie('expression')).map(
      ([word, left, right]): Meaning => ({
        text: `(${left.text}) ${word} (${right.text})`,
        holds: (one) => left.holds(one) && right.holds(one),
      }),
    ),
    fc.tuple(fc.constantFrom('or', '||'), tie('expression'), tie('expression')).map(
      ([word, left, right]): Meaning => ({
        text: `(${left.text}) ${word} (${right.text})`,
        holds: (one) => left.holds(one) || right.holds(one),
      }),
    ),
  ),
}))

test('a filter lets those packets pass that it speaks of', () => {
  const law = fc.property(
    expression,
    fc.array(models, { minLength: 20, maxLength: 20 }),
    ({ text, holds }, packets) => {
      const passes = filter(text)
      for (const packet of packets)
        expect([text, passes(bytes(packet))]).toEqual([text, holds(packet)])
    },
  )
  fc.assert(law, { numRuns: 400 })
})

test('only packets of the given devices pass', () => {
  const indexes = fc.uniqueArray(fc.integer({ min: 1, max: 3000 }), { maxLength: 1500 })
  const law = fc.property(
    indexes,
    fc.array(fc.integer({ min: 1, max: 3000 }), { maxLength: 50 }),
    (ports, others) => {
      const program = compileFilter(undefined, { ports, flipped: [] })
      // Too many devices that are apart are more than a program has room for; neighbours are one.
      if (program === undefined) return
      const passes = (ifindex: number) => runFilter(program, Buffer.alloc(60), { ifindex }) > 0
      for (const port of ports.slice(0, 50)) expect(passes(port)).toBe(true)
      for (const other of others) expect(passes(other)).toBe(ports.includes(other))
    },
  )
  fc.assert(law, { numRuns: 50 })
})

describe('what single filters mean', () => {
  const tcp: Model = {
    ...{ kind: 'ip', src: '10.0.0.1', dst: '10.0.0.2', protocol: 6, sport: 443, dport: 5000 },
    ...{ options: 0, fragment: false, tags: [], broadcast: false },
  }

  test('an empty one lets everything pass', () => {
    expect(filter('')(bytes(tcp))).toBe(true)
    expect(filter('  ')(Buffer.alloc(0))).toBe(true)
  })

  test('a value without a word is another one of the kind before it', () => {
    expect(filter('port 80 or 443')(bytes(tcp))).toBe(true)
    expect(filter('tcp src port 80 or 443')(bytes({ ...tcp, protocol: 17 }))).toBe(false)
    expect(filter('not host 10.0.0.1 and 10.0.0.9')(bytes(tcp))).toBe(false)
    expect(filter('10.0.0.2')(bytes(tcp))).toBe(true)
    expect(filter('src 10.0.0.2')(bytes(tcp))).toBe(false)
  })

  test('names of the lab', () => {
    const known = {
      hosts: new Map([['b', ['10.0.0.2', 'fd00::2']]]),
      nets: new Map([['lan', ['10.0.0.0/24']]]),
    }
    expect(filter('dst host b', anywhere, known)(bytes(tcp))).toBe(true)
    expect(filter('src b', anywhere, known)(bytes(tcp))).toBe(false)
    expect(
      filter(
        'host b',
        anywhere,
        known,
      )(bytes({ ...tcp, kind: 'ip6', src: 'fd00::2', dst: 'fd00::3' })),
    ).toBe(true)
    expect(filter('net lan', anywhere, known)(bytes(tcp))).toBe(true)
  })

  test('a tag that the kernel took off is a tag', () => {
    expect(filter('vlan')(bytes(tcp), { vlan: 7 })).toBe(true)
    expect(filter('vlan 7 and tcp')(bytes(tcp), { vlan: 0x2007 })).toBe(true)
    expect(filter('vlan 8')(bytes(tcp), { vlan: 7 })).toBe(false)
    expect(filter('vlan')(bytes(tcp))).toBe(false)
  })

  test('what a port sends goes in to its host; a flipped one is the other way round', () => {
    const scope = { ports: [1000, 1001], flipped: [1001] }
    const [inbound, outbound] = [filter('inbound', scope), filter('outbound', scope)]
    for (const [ifindex, type, isIn] of [
      [1000, 4, true],
      [1000, 0, false],
      [1001, 4, false],
      [1001, 0, true],
    ] as const) {
      expect(inbound(bytes(tcp), { ifindex, type })).toBe(isIn)
      expect(outbound(bytes(tcp), { ifindex, type })).toBe(!isIn)
    }
  })

  test('a filter that is too long is none', () => {
    const text = Array.from({ length: 200 }, (_, at) => `portrange ${at}-${at + 300}`).join(' or ')
    expect(compileFilter(parseFilter(text, 'test', nobody), anywhere)).toBeUndefined()
  })
})
