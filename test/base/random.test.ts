import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { Random, splitMix64 } from '../../src/base/random.js'

test('SplitMix64 gives the numbers of the reference implementation', () => {
  expect(splitMix64(1477776061723855037n, 3)).toEqual([
    1985237415132408290n,
    2979275885539914483n,
    13511426838097143398n,
  ])
})

describe('the generator', () => {
  test('a seed gives these numbers, on every machine and in every version', () => {
    const random = new Random(1)
    expect([
      random.uint32(),
      random.uint32(),
      random.uint32(),
      random.uint32(),
    ]).toMatchInlineSnapshot(`
      [
        1695105466,
        1423115009,
        634581793,
        1068227753,
      ]
    `)
    expect(new Random('abc').uint32()).toMatchInlineSnapshot(`2002673064`)
  })

  test('equal seeds give equal sequences, other seeds others', () => {
    fc.assert(
      fc.property(fc.oneof(fc.integer(), fc.string(), fc.bigInt()), (seed) => {
        const draw = (random: Random) => Array.from({ length: 4 }, () => random.next())
        expect(draw(new Random(seed))).toEqual(draw(new Random(seed)))
        expect(draw(new Random(seed))).not.toEqual(draw(new Random(seed).fork('x')))
      }),
    )
  })

  test('next() spreads evenly over [0, 1)', () => {
    const random = new Random(7)
    const buckets = new Array<number>(10).fill(0)
    for (let i = 0; i < 10_000; i++) buckets[Math.floor(random.next() * 10)]!++
    // Ten buckets of 1000 with a standard deviation of 30: 150 off would be a broken generator.
    for (const count of buckets) expect(Math.abs(count - 1000)).toBeLessThan(150)
  })

  test('integer(n) stays below n and reaches all', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 20 }), fc.integer(), (n, seed) => {
        const random = new Random(seed)
        const seen = new Set(Array.from({ length: n * 40 }, () => random.integer(n)))
        expect(Math.max(...seen)).toBeLessThan(n)
        expect(seen.size).toBe(n)
      }),
      { seed: 1 },
    )
  })

  test('integer refuses bounds that make no sense', () => {
    for (const n of [0, -1, 1.5, Number.NaN, 2 ** 33]) {
      expect(() => new Random(1).integer(n)).toThrow(RangeError)
    }
  })

  test('between(least, most) reaches both ends and nothing else', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: -50, max: 50 }),
        fc.nat(10),
        fc.integer(),
        (least, more, seed) => {
          const random = new Random(seed)
          const drawn = Array.from({ length: (more + 1) * 40 }, () =>
            random.between(least, least + more),
          )
          const all = Array.from({ length: more + 1 }, (_, at) => least + at)
          expect([...new Set(drawn)].sort((a, b) => a - b)).toEqual(all)
        },
      ),
      { seed: 1 },
    )
    for (const [least, most] of [
      [2, 1],
      [0.5, 1],
      [0, 1.5],
      [0, 2 ** 33],
    ] as const) {
      expect(() => new Random(1).between(least, most)).toThrow(RangeError)
    }
  })

  test('bytes are as many as asked for, of all values', () => {
    const bytes = new Random(3).bytes(10_000)
    expect(bytes).toHaveLength(10_000)
    expect(new Set(bytes).size).toBe(256)
    expect(new Random(3).bytes(0)).toHaveLength(0)
  })

  test('shuffle keeps every item and the list it was given', () => {
    fc.assert(
      fc.property(fc.array(fc.integer()), fc.integer(), (items, seed) => {
        const before = [...items]
        const shuffled = new Random(seed).shuffle(items)
        expect([...shuffled].sort()).toEqual([...before].sort())
        expect(items).toEqual(before)
      }),
    )
  })

  test('pick takes one of the items', () => {
    const random = new Random(1)
    const seen = new Set(Array.from({ length: 50 }, () => random.pick(['a', 'b', 'c'])))
    expect([...seen].sort()).toEqual(['a', 'b', 'c'])
    expect(() => random.pick([])).toThrow(RangeError)
  })

  test('a fork does not depend on what was drawn before', () => {
    const fresh = new Random(5).fork('link 3').next()
    const used = new Random(5)
    used.next()
    expect(used.fork('link 3').next()).toBe(fresh)
    expect(used.fork('link 4').next()).not.toBe(fresh)
  })
})
