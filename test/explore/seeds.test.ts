import fc from 'fast-check'
import { expect, test } from 'vitest'
import {
  countSeeds,
  eachSeed,
  endlessSeeds,
  formatRanges,
  formatSeeds,
  parseSeeds,
} from '../../src/explore/seeds.js'

test('ranges, single seeds and lists, in any order', () => {
  expect(parseSeeds('1..200')).toEqual([{ first: 1, last: 200 }])
  expect(parseSeeds('7')).toEqual([{ first: 7, last: 7 }])
  expect(parseSeeds('90, 1..3,4..6,5')).toEqual([
    { first: 1, last: 6 },
    { first: 90, last: 90 },
  ])
})

test.each([
  ['', "'' is no whole number"],
  ['x', "'x' is no whole number"],
  ['1..', "'' is no whole number"],
  ['1...5', "'.5' is no whole number"],
  ['1-5', "'1-5' is no whole number"],
  ['-1', "'-1' is no whole number"],
  ['1.5', "'1.5' is no whole number"],
  ['1..2..3', "'1..2..3' is no range"],
  ['9..1', '9..1 runs backwards'],
  ['9007199254740992', 'is no whole number from 0 to 9007199254740991'],
])("--seeds '%s' is refused in words", (text, why) => {
  expect(() => parseSeeds(text)).toThrow(
    expect.objectContaining({ code: 'INVALID_OPTION', message: expect.stringContaining(why) }),
  )
})

test('what is written is read back as the same seeds, each once and in order', () => {
  fc.assert(
    fc.property(fc.array(fc.nat(300), { minLength: 1 }), (seeds) => {
      const ranges = parseSeeds(formatSeeds(seeds))
      const sorted = [...new Set(seeds)].sort((a, b) => a - b)
      expect([...eachSeed(ranges)]).toEqual(sorted)
      expect(countSeeds(ranges)).toBe(sorted.length)
      expect(formatRanges(ranges)).toBe(formatSeeds(seeds))
    }),
  )
})

test('without end the seeds go on where the last range ended', () => {
  const first: number[] = []
  for (const seed of endlessSeeds(parseSeeds('3,7..8'))) {
    if (first.push(seed) === 5) break
  }
  expect(first).toEqual([3, 7, 8, 9, 10])
})

test('a billion seeds are counted, not made', () => {
  expect(countSeeds(parseSeeds('1..1000000000'))).toBe(1e9)
})
