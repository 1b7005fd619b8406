import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { NetrigError } from '../../src/base/errors.js'
import { parseDuration, parseRate, parseRatio, parseSize } from '../../src/base/units.js'

function failure(run: () => unknown): NetrigError {
  try {
    run()
  } catch (error) {
    return error as NetrigError
  }
  throw new Error('nothing was thrown')
}

describe('durations', () => {
  test.each([
    [20, 20],
    ['10ns', 1e-5],
    ['10us', 0.01],
    ['20ms', 20],
    ['1.5s', 1500],
    ['.5s', 500],
    ['1e3ms', 1000],
    ['2m', 120_000],
    ['1h', 3_600_000],
    ['0ms', 0],
    [-0, 0],
  ] as const)('%s is %d ms', (text, milliseconds) => {
    expect(parseDuration(text, 'delay')).toBe(milliseconds)
  })

  test('an unknown unit is named, with what would be right', () => {
    const error = failure(() => parseDuration('20 parsecs' as '20ms', 'delay of link a-lan'))
    expect(error.code).toBe('INVALID_UNIT')
    expect(error.object).toBe('delay of link a-lan')
    expect(error.message).toBe(
      "delay of link a-lan: '20 parsecs' is not a duration: write a number of milliseconds, or one of '10us', '20ms', '1.5s', '2m', '1h'.",
    )
  })

  test.each([
    ['20sec', "did you mean '20s'?"],
    ['20 ms', "did you mean '20ms'?"],
    ['20µs', "did you mean '20us'?"],
    ['20MS', "did you mean '20ms'?"],
    ['20mss', "did you mean '20ms'?"],
    ['20', 'the text has no unit; write the number 20, or a unit (ns, us, ms, s, m, h)'],
  ])('%s: %s', (text, hint) => {
    expect(failure(() => parseDuration(text as '1s', 'delay')).hint).toBe(hint)
  })

  test.each([
    [-1, 'INVALID_OPTION', 'delay: -1 is negative'],
    ['-1ms', 'INVALID_OPTION', "delay: '-1ms' is negative"],
    [Number.NaN, 'INVALID_OPTION', 'delay: NaN is not a finite number'],
    [Number.POSITIVE_INFINITY, 'INVALID_OPTION', 'delay: Infinity is not a finite number'],
    ['1e999s', 'INVALID_OPTION', "delay: '1e999s' is not a finite number"],
    ['0x10ms', 'INVALID_UNIT', "delay: '0x10ms' is not a duration"],
    ['', 'INVALID_UNIT', "delay: '' is not a duration"],
    ['ms', 'INVALID_UNIT', "delay: 'ms' is not a duration"],
    [null, 'INVALID_OPTION', 'delay: null is not a duration'],
    [{}, 'INVALID_OPTION', 'delay: [object Object] is not a duration'],
  ])('%s is refused as %s', (value, code, start) => {
    const error = failure(() => parseDuration(value as number, 'delay'))
    expect(error.code).toBe(code)
    expect(error.message.startsWith(`${start}: write a number of milliseconds`)).toBe(true)
  })
})

describe('sizes', () => {
  test.each([
    [4096, 4096],
    ['512B', 512],
    ['10kB', 10_000],
    ['1.1MB', 1_100_000],
    ['64KiB', 65_536],
    ['64MiB', 67_108_864],
    ['1.5GiB', 1_610_612_736],
    ['0.3KiB', 307],
  ] as const)('%s is %d bytes', (text, bytes) => {
    expect(parseSize(text, 'memory')).toBe(bytes)
  })

  test.each([
    ['64mib', "did you mean '64MiB'?"],
    ['64M', "did you mean '64MiB'?"],
    ['64KB', "did you mean '64kB'?"],
  ])('%s: %s', (text, hint) => {
    expect(failure(() => parseSize(text as '1B', 'memory')).hint).toBe(hint)
  })

  test('half a byte and more than can be counted are refused', () => {
    expect(failure(() => parseSize(1.5, 'memory')).message).toContain(
      'memory: 1.5 is not a whole number of bytes: write a number of bytes, or one of',
    )
    expect(failure(() => parseSize('1e9TiB', 'memory')).message).toContain('is too large')
  })
})

describe('rates', () => {
  test.each([
    [1, 1],
    ['64kbit', 64_000],
    ['100mbit', 100_000_000],
    ['1.1gbit', 1_100_000_000],
  ] as const)('%s is %d bit/s', (text, bits) => {
    expect(parseRate(text, 'rate')).toBe(bits)
  })

  test("tc's bytes per second are refused, for they are read as bits by most", () => {
    const error = failure(() => parseRate('10mbps' as '1bit', 'rate'))
    expect(error.code).toBe('INVALID_UNIT')
    expect(error.hint).toBe(
      "'mbps' means bytes to tc and bits to most people; did you mean '10mbit'?",
    )
    expect(failure(() => parseRate('10bps' as '1bit', 'rate')).hint).toContain("'10bit'")
  })

  test.each([
    ['10Mbit/s', "did you mean '10mbit'?"],
    ['10Gbit', "did you mean '10gbit'?"],
  ])('%s: %s', (text, hint) => {
    expect(failure(() => parseRate(text as '1bit', 'rate')).hint).toBe(hint)
  })

  test('a rate of nothing is refused', () => {
    expect(failure(() => parseRate(0, 'rate')).message).toContain(
      'rate: 0 lets nothing through; take the link down()',
    )
  })
})

describe('ratios', () => {
  test.each([
    [0.01, 0.01],
    [1, 1],
    ['1%', 0.01],
    ['57%', 0.57],
    ['100%', 1],
  ] as const)('%s is %d', (text, share) => {
    expect(parseRatio(text, 'loss')).toBe(share)
  })

  test('more than the whole is refused', () => {
    const error = failure(() => parseRatio('150%', 'loss'))
    expect(error.code).toBe('INVALID_OPTION')
    expect(error.message).toBe(
      "loss: '150%' is more than the whole (1, or 100%): write a number from 0 to 1, or one of '0.1%', '1%', '50%'.",
    )
    expect(failure(() => parseRatio(5, 'loss')).hint).toContain("did you mean '5%'?")
  })
})

describe('laws', () => {
  const amount = fc.double({ min: 0, max: 1e6, noNaN: true, noDefaultInfinity: true })

  test('a number is what its text in the base unit is', () => {
    fc.assert(
      fc.property(amount, (n) => {
        expect(parseDuration(`${n}ms`, 'x')).toBe(parseDuration(n, 'x'))
        expect(parseSize(`${Math.floor(n)}B`, 'x')).toBe(Math.floor(n))
      }),
    )
  })

  test('whatever the text, the answer is a number in range or an error with a code', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), amount.map(String)), fc.string(), (a, b) => {
        for (const read of [parseDuration, parseSize, parseRate, parseRatio]) {
          try {
            const result = read(`${a}${b}` as never, 'x')
            expect(result >= 0 && Number.isFinite(result)).toBe(true)
            if (read === parseRatio) expect(result).toBeLessThanOrEqual(1)
          } catch (error) {
            expect((error as NetrigError).code).toMatch(/^INVALID_(UNIT|OPTION)$/)
          }
        }
      }),
    )
  })
})
