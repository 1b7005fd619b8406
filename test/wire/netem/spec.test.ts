import fc from 'fast-check'
import { expect, test } from 'vitest'
import {
  type LinkConditions,
  parseConditions,
  perfect,
} from '../../../src/wire/conditions/index.js'
import { cutterSpec, lineSpec, rateSpec } from '../../../src/wire/netem/spec.js'
import { netemLacks } from '../../../src/wire/netem/support.js'
import { Tree } from '../../../src/wire/netem/tree.js'

const of = (options: LinkConditions) => parseConditions(options, 'link')

test('the cutter lets pass what the device does, twice tagged, and cuts what is larger', () => {
  expect(cutterSpec(perfect, 1500).burst).toBe(1500 + 14 + 8)
  expect(cutterSpec(of({ mtu: 1000 }), 1500).burst).toBe(1014)
  // A condition beyond the device's own MTU adds nothing.
  expect(cutterSpec(of({ mtu: 9000 }), 1500).burst).toBe(1522)
})

test('it takes no time: even the longest packet needs less than a nanosecond', () => {
  const { rate } = cutterSpec(perfect, 1500)
  expect((65_535 * 1e9) / Number(rate)).toBeLessThan(1)
})

test('a line always carries a rate, so that order is kept', () => {
  expect(lineSpec(perfect).rate).toBeGreaterThan(0)
  const line = lineSpec(of({ delay: '20ms', jitter: '5ms', reorder: { rate: '1%', gap: 5 } }))
  expect(line).toMatchObject({
    latency: 20e6,
    jitter: 5e6,
    reorder: { rate: 0.01, gap: 5 },
    loss: { model: 'random', rate: 0 },
  })
  expect(line.table).toHaveLength(4096)
  expect(lineSpec(of({ delay: 1 })).table).toBeUndefined()
})

test('losses in the words of tc: what passes in the bad state, what passes in the good one', () => {
  const loss = { model: 'gilbert-elliott', toBad: 0.1, toGood: 0.5, lossInBad: 0.7 } as const
  expect(lineSpec(of({ loss })).loss).toMatchObject({ p: 0.1, r: 0.5, k: 1 })
  const { loss: read } = lineSpec(of({ loss }))
  expect(read?.model === 'gilbert-elliott' && read.h).toBeCloseTo(0.3, 9)
})

test('a rate in bytes, with its framing and a queue of full packets', () => {
  expect(rateSpec(of({ rate: '10mbit', queue: '50ms' }), 1500)).toMatchObject({
    rate: 1_250_000n,
    limit: 41,
    overhead: 0,
  })
  const framed = of({ rate: { rate: '1mbit', overhead: -14, cell: { size: 48, overhead: 5 } } })
  expect(rateSpec(framed, 1500)).toMatchObject({
    overhead: -14,
    cell: { size: 48, overhead: 5 },
  })
  // Without a rate nothing waits, so nothing is dropped.
  expect(rateSpec(perfect, 1500)).toEqual({ limit: 0x7fffffff })
})

test.each<[LinkConditions, string]>([
  [{ loss: { pattern: '.x' } }, 'loss (pattern)'],
  [{ delay: '1m', jitter: '3s' }, 'jitter (of more than 2.1 s)'],
  [{ duplicate: { rate: 0.1, correlation: 0.5 } }, 'duplicate (with correlation)'],
  [{ corrupt: { rate: 0.1, correlation: 0.5 } }, 'corrupt (with correlation)'],
  [{ rate: 7 }, 'rate (below 8 bit/s)'],
  [{ trace: 'test/wire/conditions/lte.trace' }, 'trace'],
])('netem cannot do %j', (options, lacking) => {
  expect(netemLacks(of(options))).toBe(lacking)
})

test.each<LinkConditions>([
  {},
  { loss: { rate: '10%', correlation: '90%' } },
  { loss: { model: 'four-state', p13: '1%' } },
  { delay: '1h', jitter: '2s', distribution: 'pareto', reorder: '1%', duplicate: '1%' },
  { preset: 'dsl', queue: '50ms', corrupt: '1%', mtu: 576 },
])('netem can do %j', (options) => {
  expect(netemLacks(of(options))).toBeUndefined()
})

test('a tree has its last part from the first rate on, and keeps it', () => {
  const tree = new Tree(7, 1500)
  expect(tree.build(perfect, 1n)).toHaveLength(3)
  expect(tree.rated).toBe(false)
  expect(tree.change(of({ delay: 5 }))).toHaveLength(2)
  const added = tree.change(of({ rate: '1mbit' }))
  expect(added.map(({ flags }) => flags)).toEqual([0, 0, 0x600])
  expect(tree.change(perfect).map(({ flags }) => flags)).toEqual([0, 0, 0])
})

test('a table is sent when its distribution is new, and not again', () => {
  const tree = new Tree(7, 1500)
  const size = (options: LinkConditions) => tree.change(of(options))[1]!.body.length
  tree.build(perfect, 1n)
  expect(size({ jitter: 1 })).toBeGreaterThan(8192)
  expect(size({ jitter: 2 })).toBeLessThan(300)
  expect(size({})).toBeLessThan(300)
  expect(size({ jitter: 2 })).toBeLessThan(300)
  expect(size({ jitter: 2, distribution: 'uniform' })).toBeGreaterThan(8192)
})

test('whatever people write is a limit of at least one packet and a rate above none', () => {
  const written = fc.record({
    rate: fc.integer({ min: 8, max: 1e12 }),
    queue: fc.oneof(
      fc.integer({ min: 1, max: 1e6 }),
      fc.record({ bytes: fc.integer({ min: 1, max: 2 ** 31 }) }),
      fc.record({ time: fc.integer({ min: 1, max: 3.6e6 }) }),
    ),
  })
  fc.assert(
    fc.property(written, fc.integer({ min: 68, max: 65_535 }), (options, mtu) => {
      const { limit, rate } = rateSpec(of(options as LinkConditions), mtu)
      expect(limit).toBeGreaterThanOrEqual(1)
      expect(limit).toBeLessThanOrEqual(0x7fffffff)
      expect(Number(rate)).toBeGreaterThanOrEqual(1)
    }),
  )
})
