import fc from 'fast-check'
import { expect, test } from 'vitest'
import {
  framedBytes,
  type LinkConditions,
  parseConditions,
} from '../../../src/wire/conditions/index.js'

const of = (rate: LinkConditions['rate']) => parseConditions({ rate }, 'link r-lan')

test('a rate alone costs packets nothing beside their bytes', () => {
  expect(of('10mbit')).toMatchObject({ rate: 1e7, framing: { overhead: 0, cellSize: 0 } })
  expect(of({ rate: '10mbit', overhead: 24 })).toMatchObject({ framing: { overhead: 24 } })
  expect(of('unlimited').rate).toBe(0)
})

test('ATM sends whole cells: 1514 bytes are 32 of 48, each with 5 more', () => {
  const { framing } = of({ rate: 1, cell: { size: 48, overhead: 5 } })
  expect(framedBytes(1514, framing)).toBe(32 * 53)
  expect(framedBytes(48, framing)).toBe(53)
  expect(framedBytes(49, framing)).toBe(106)
})

test('a framed packet is never smaller than its cells, and grows with its length', () => {
  const framings = fc.record({
    overhead: fc.integer({ min: -64, max: 65_535 }),
    cellSize: fc.integer({ min: 0, max: 65_535 }),
    cellOverhead: fc.integer({ min: 0, max: 65_535 }),
  })
  fc.assert(
    fc.property(framings, fc.integer({ min: 60, max: 65_549 }), (framing, length) => {
      expect(framedBytes(length, framing)).toBeGreaterThan(0)
      expect(framedBytes(length + 1, framing)).toBeGreaterThanOrEqual(framedBytes(length, framing))
    }),
  )
})

test.each<[unknown, string]>([
  [{ overhead: 24 }, 'no rate'],
  [{ rate: 'unlimited', overhead: 24 }, 'unlimited'],
  [{ rate: 1, overhead: 0.5 }, 'from -64 to 65535'],
  [{ rate: 1, cell: { size: 0 } }, 'cell size'],
  [{ rate: 1, cell: { sise: 48 } }, "'sise'"],
  [{ rate: 0 }, 'lets nothing through'],
])('%j is refused', (rate, words) => {
  expect(() => of(rate as LinkConditions['rate'])).toThrow(words)
})
