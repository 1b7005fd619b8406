import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { formatDuration, formatRate, formatRatio, formatSize } from '../../src/base/format.js'
import { parseDuration, parseRate, parseRatio, parseSize } from '../../src/base/units.js'

test.each([
  [20, '20ms'],
  [1500, '1.5s'],
  [0.01, '10us'],
  [0.0005, '500ns'],
  [90_000, '1.5m'],
  [61_234, '61.234s'],
  [0, '0ms'],
])('%d ms is written %s', (milliseconds, text) => {
  expect(formatDuration(milliseconds)).toBe(text)
})

test.each([
  [64 * 2 ** 20, '64MiB'],
  [1000, '1000B'],
  [1536, '1.5KiB'],
  [0, '0B'],
])('%d bytes are written %s', (bytes, text) => {
  expect(formatSize(bytes)).toBe(text)
})

test.each([
  [100_000_000, '100mbit'],
  [1_500_000_000, '1.5gbit'],
  [1_234_567, '1234.567kbit'],
  [1, '1bit'],
])('%d bit/s are written %s', (bits, text) => {
  expect(formatRate(bits)).toBe(text)
})

test.each([
  [0.01, '1%'],
  [0.07, '7%'],
  [0.001, '0.1%'],
  [1, '100%'],
  [0, '0%'],
])('%d is written %s', (share, text) => {
  expect(formatRatio(share)).toBe(text)
})

describe('what is written reads back', () => {
  const amount = fc.double({ min: 0, max: 1e9, noNaN: true })

  test('durations, exactly', () => {
    fc.assert(
      fc.property(fc.oneof(amount, fc.nat()), (n) => {
        expect(parseDuration(formatDuration(n), 'x')).toBe(n)
      }),
    )
  })

  test('sizes and rates, exactly', () => {
    fc.assert(
      fc.property(fc.maxSafeNat(), (n) => {
        expect(parseSize(formatSize(n), 'x')).toBe(n)
        // A rate is 1 at least, and the largest safe integer has no successor to count.
        const bits = Math.max(1, n)
        expect(parseRate(formatRate(bits), 'x')).toBe(bits)
      }),
    )
  })

  test('ratios, to the last digit of a double', () => {
    fc.assert(
      fc.property(fc.double({ min: 0, max: 1, noNaN: true }), (share) => {
        expect(parseRatio(formatRatio(share), 'x')).toBeCloseTo(share, 14)
      }),
    )
  })
})
