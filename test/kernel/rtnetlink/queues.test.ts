import fc from 'fast-check'
import { expect, test } from 'vitest'
import { Attributes } from '../../../src/kernel/netlink/attribute.js'
import { encode } from '../../../src/kernel/netlink/writer.js'
import { counterAdd, counterQuery } from '../../../src/kernel/rtnetlink/filter.js'
import { type NetemSpec, netem, netemChance } from '../../../src/kernel/rtnetlink/netem.js'
import { treeAdd, treeChange, treeDelete } from '../../../src/kernel/rtnetlink/qdisc-tree.js'
import { tbf } from '../../../src/kernel/rtnetlink/tbf.js'
import { qdiscQuery, readStats } from '../../../src/kernel/rtnetlink/tc-stats.js'
import { CREATE_EXCL, check } from './golden.js'

// Golden bytes: structures and attributes by hand from linux/pkt_sched.h, one per line.

test('a token bucket as the queue of a device', () => {
  check(
    treeAdd({ index: 7, handle: 1 }, tbf({ rate: 125_000_000_000_000n, burst: 1514, limit: 9 })),
    36,
    CREATE_EXCL,
    '00 00 0000 07000000 00000100 ffffffff 00000000', // tcmsg: 1:, parent TC_H_ROOT
    '0800 0100 74626600', // TCA_KIND tbf
    '4000 0280', // TCA_OPTIONS
    '2800 0180', // TCA_TBF_PARMS
    '00 01 0000 0000 0000 ffffffff', // rate: ethernet, 2^32 - 1 and more
    '00 01 0000 0000 0000 00000000', // no peak rate
    '09000000 00000000 00000000', // limit, buffer, mtu
    '0c00 0400 00d098d4af710000', // TCA_TBF_RATE64
    '0800 0600 ea050000', // TCA_TBF_BURST
  )
})

test('netem below it, with everything', () => {
  const spec: NetemSpec = {
    limit: 1000,
    latency: 20_000_000,
    jitter: 5_000_000,
    table: Int16Array.of(-8192, 8192),
    loss: { model: 'gilbert-elliott', p: 0.5, r: 1, h: 0, k: 1 },
    duplicate: 0.25,
    corrupt: 1,
    reorder: { rate: 0.5, gap: 5 },
    rate: 125_000,
    overhead: -14,
    cell: { size: 48, overhead: 5 },
    seed: 7n,
  }
  check(
    treeAdd({ index: 7, handle: 2, parent: 1 }, netem(spec)),
    36,
    CREATE_EXCL,
    '00 00 0000 07000000 00000200 01000100 00000000', // 2:, parent 1:1
    '0a00 0100 6e6574656d000000', // TCA_KIND netem
    'a800 0280', // TCA_OPTIONS
    '00000000 e8030000 00000000 05000000 00000040 00000000', // tc_netem_qopt: limit, loss, gap, duplicate
    '1000 0100 00000000 00000000 00000000', // TCA_NETEM_CORR
    '0800 0200 00e00020', // TCA_NETEM_DELAY_DIST
    '0c00 0300 00000080 00000000', // TCA_NETEM_REORDER
    '0c00 0400 ffffffff 00000000', // TCA_NETEM_CORRUPT
    '1400 0600 48e80100 f2ffffff 30000000 05000000', // TCA_NETEM_RATE
    '0c00 0800 48e8010000000000', // TCA_NETEM_RATE64
    '0c00 0a00 002d310100000000', // TCA_NETEM_LATENCY64
    '0c00 0b00 404b4c0000000000', // TCA_NETEM_JITTER64
    '1800 0580 1400 0200 00000080 ffffffff 00000000 00000000', // TCA_NETEM_LOSS, NETEM_LOSS_GE
    '0c00 0e00 0700000000000000', // TCA_NETEM_PRNG_SEED
  )
})

test('a change names the discipline and takes away what is not named', () => {
  check(
    treeChange({ index: 7, handle: 2 }, netem({ limit: 5, loss: { model: 'random', rate: 1 } })),
    36,
    0,
    '00 00 0000 07000000 00000200 00000000 00000000',
    '0a00 0100 6e6574656d000000',
    '7c00 0280',
    '00000000 05000000 ffffffff 00000000 00000000 00000000',
    '1000 0100 00000000 00000000 00000000',
    '0c00 0300 00000000 00000000',
    '0c00 0400 00000000 00000000',
    '1400 0600 00000000 00000000 00000000 00000000',
    '0c00 0800 0000000000000000',
    '0c00 0a00 0000000000000000',
    '0c00 0b00 0000000000000000',
  )
})

test('the four states in the order of tc_netem_gimodel', () => {
  const loss = { model: 'four-state', p13: 0.25, p31: 0.5, p32: 0.125, p14: 0, p23: 1 } as const
  const bytes = Buffer.from(encode((to) => netem({ limit: 1, loss }).options(to))).toString('hex')
  const expected = '1c00 0580 1800 0100 00000040 00000080 00000020 00000000 ffffffff'
  expect(bytes.endsWith(expected.replaceAll(' ', ''))).toBe(true)
})

test('questions, a counter, and the end', () => {
  check(qdiscQuery(7, 2), 38, 8, '00 00 0000 07000000 00000200 00000000 00000000')
  check(treeDelete(7), 37, 0, '00 00 0000 07000000 00000000 ffffffff 00000000')
  check(
    counterQuery(7),
    46,
    8,
    '00 00 0000 07000000 01000000 f3ffffff 00030100', // handle 1 at the egress
    '0d00 0100 6d61746368616c6c00000000', // TCA_KIND matchall
  )
  check(
    counterAdd(7),
    44,
    CREATE_EXCL,
    '00 00 0000 07000000 01000000 f3ffffff 00030100',
    '0d00 0100 6d61746368616c6c00000000',
    '3400 0280 3000 0280 2c00 0180', // TCA_OPTIONS, TCA_MATCHALL_ACT, first action
    '0900 0100 6761637400000000', // TCA_ACT_KIND gact
    '1c00 0280 1800 0200 00000000 00000000 00000000 00000000 00000000', // TCA_GACT_PARMS: TC_ACT_OK
  )
})

test('counters of 64 bits go before those of 32', () => {
  const stats = (write: Parameters<typeof encode>[0]) => {
    const bytes = encode(write)
    return readStats(new Attributes(new DataView(bytes.slice().buffer), 0, bytes.length))
  }
  const basic = Uint8Array.from([9, 0, 0, 0, 1, 0, 0, 0, 5, 0, 0, 0, 0, 0, 0, 0])
  const queue = new Uint8Array(Uint32Array.of(3, 4500, 2, 1, 8).buffer)
  const plain = { bytes: 2 ** 32 + 9, packets: 5, queued: 3, drops: 2, requeues: 1 }
  expect(stats((to) => to.attributeBytes(1, basic).attributeBytes(3, queue))).toEqual(plain)
  expect(
    stats((to) =>
      to
        .attributeBytes(1, basic)
        .attributeBytes(3, queue)
        .attributeU64(8, 2 ** 33),
    ),
  ).toEqual({ ...plain, packets: 2 ** 33 })
  expect(readStats(undefined)).toEqual({ bytes: 0, packets: 0, queued: 0, drops: 0, requeues: 0 })
})

test('chances cover 32 bits, never more, and grow with what was asked', () => {
  const fraction = fc.double({ min: 0, max: 1, noNaN: true })
  fc.assert(
    fc.property(fraction, fraction, (a, b) => {
      const [low, high] = [netemChance(Math.min(a, b)), netemChance(Math.max(a, b))]
      expect(low).toBeLessThanOrEqual(high)
      expect(high).toBeLessThanOrEqual(0xffffffff)
      expect(Math.abs(netemChance(a) / 0xffffffff - a)).toBeLessThan(2 ** -32)
    }),
  )
})

test('whatever it is told, netem is written as whole attributes', () => {
  const natural = (max: number) => fc.integer({ min: 0, max })
  const chance = fc.double({ min: 0, max: 1, noNaN: true })
  const specs = fc.record({
    limit: natural(2 ** 31 - 1),
    latency: natural(3600e9),
    jitter: natural(3600e9),
    duplicate: chance,
    corrupt: chance,
    reorder: fc.record({ rate: chance, gap: natural(1e6) }),
    rate: fc.bigInt({ min: 0n, max: 125_000_000_000_000n }),
    overhead: fc.integer({ min: -64, max: 65_535 }),
    seed: fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }),
  })
  fc.assert(
    fc.property(specs, (spec) => {
      const bytes = encode((to) => netem(spec).options(to))
      const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length)
      const read = new Attributes(view, 24, bytes.length)
      expect(bytes.length % 4).toBe(0)
      expect(read.u64(10)).toBe(spec.latency)
      expect(read.u64(11)).toBe(Math.min(spec.jitter, 0x7fffffff))
      expect(read.u64(8)).toBe(Number(spec.rate))
      expect(new Int32Array(read.bytes(6)!.buffer)[1]).toBe(spec.overhead)
    }),
  )
})
