import fc from 'fast-check'
import { expect, test } from 'vitest'
import { NetrigError } from '../../../src/base/errors.js'
import {
  isPerfect,
  type LinkConditions,
  parseConditions,
  perfect,
} from '../../../src/wire/conditions/index.js'

function refusal(options: unknown): NetrigError {
  try {
    parseConditions(options as LinkConditions, 'link r-lan')
  } catch (error) {
    if (error instanceof NetrigError) return error
    throw error
  }
  throw new Error('was taken')
}

test('units become whole nanoseconds, billionths and bits', () => {
  const options = {
    delay: '20ms',
    jitter: '150us',
    loss: '1%',
    rate: '100mbit',
    queue: 50,
  } as const
  expect(parseConditions(options, 'link')).toEqual({
    ...perfect,
    delay: 20e6,
    jitter: 150e3,
    loss: { model: 'random', rate: 1e7 },
    rate: 1e8,
    queue: { unit: 'packets', amount: 50 },
  })
})

test('numbers are milliseconds, shares and bits per second', () => {
  expect(parseConditions({ delay: 1.5, loss: 0.01, rate: 9600 }, 'link')).toEqual({
    ...perfect,
    delay: 1.5e6,
    loss: { model: 'random', rate: 1e7 },
    rate: 9600,
  })
})

test('nothing given is a perfect wire', () => {
  expect(parseConditions({}, 'link')).toEqual(perfect)
  expect(isPerfect(perfect)).toBe(true)
  expect(isPerfect({ ...perfect, queue: { unit: 'packets', amount: 5 } })).toBe(true)
})

test('an update keeps what it does not name', () => {
  const before = parseConditions({ delay: '20ms', rate: '1mbit', loss: '5%' }, 'link')
  const after = parseConditions({ loss: '30%', delay: undefined }, 'link', before)
  expect(after).toEqual({ ...before, loss: { model: 'random', rate: 3e8 } })
  expect(parseConditions({ rate: 'unlimited', delay: 0 }, 'link', before)).toEqual({
    ...perfect,
    loss: { model: 'random', rate: 5e7 },
  })
})

test('a loss too small to count is not no loss', () => {
  expect(parseConditions({ loss: 1e-12 }, 'link').loss).toEqual({ model: 'random', rate: 1 })
})

test.each([
  [{ delay: -1 }, 'delay of link r-lan'],
  [{ delay: '-5ms' }, 'delay of link r-lan'],
  [{ delay: '61m' }, 'delay of link r-lan'],
  [{ jitter: '2h' }, 'jitter of link r-lan'],
  [{ loss: '150%' }, 'loss of link r-lan'],
  [{ loss: 1.5 }, 'loss of link r-lan'],
  [{ rate: 0 }, 'rate of link r-lan'],
  [{ rate: '2tbit' }, 'rate of link r-lan'],
  [{ rate: 1, queue: 0 }, 'queue of link r-lan'],
  [{ rate: 1, queue: 2.5 }, 'queue of link r-lan'],
  [{ rate: 1, queue: [5] }, 'queue of link r-lan'],
  [{ rate: 1, queue: 1e9 }, 'queue of link r-lan'],
  [{ delay: null }, 'delay of link r-lan'],
])('%j is refused by name', (options, object) => {
  expect(refusal(options)).toMatchObject({ code: 'INVALID_OPTION', object })
})

test('a text without a known unit is refused as such', () => {
  expect(refusal({ delay: '20 parsecs' })).toMatchObject({ code: 'INVALID_UNIT' })
  expect(refusal({ rate: '10bananas' })).toMatchObject({ code: 'INVALID_UNIT' })
})

test('an unknown option is refused with the nearest known one', () => {
  const error = refusal({ delai: '20ms' })
  expect(error.code).toBe('INVALID_OPTION')
  expect(error.hint).toContain("'delay'")
})

test('what is taken is always within what a wire can compute with', () => {
  const values = fc.record(
    {
      delay: fc.double({ min: 0, max: 3_600_000, noNaN: true }),
      jitter: fc.double({ min: 0, max: 3_600_000, noNaN: true }),
      loss: fc.double({ min: 0, max: 1, noNaN: true }),
      duplicate: fc.double({ min: 0, max: 1, noNaN: true }),
      rate: fc.integer({ min: 1, max: 1e12 }),
    },
    { requiredKeys: [] },
  )
  fc.assert(
    fc.property(values, (options) => {
      const { delay, jitter, loss, duplicate, rate } = parseConditions(options, 'link')
      const lost = loss.model === 'random' ? loss.rate : Number.NaN
      for (const number of [delay, jitter, lost, duplicate.rate, rate])
        expect(number).toSatisfy(Number.isSafeInteger)
      expect(lost).toBeLessThanOrEqual(1e9)
    }),
  )
})

test.each([
  ['a queue without a rate', { queue: 5 }, 'queue of link r-lan'],
  ['a spread without jitter', { distribution: 'pareto' }, 'distribution of link r-lan'],
  ['reordering without delay', { reorder: '1%' }, 'reorder of link r-lan'],
  ['a correlation without a rate', { loss: { correlation: '25%' } }, 'loss of link r-lan'],
  ['a correlation of nothing', { corrupt: { rate: 0, correlation: 0.5 } }, 'corrupt of link r-lan'],
  [
    'a rate and a trace',
    { rate: 1, trace: 'test/wire/conditions/lte.trace' },
    'trace of link r-lan',
  ],
  ['two lengths of a queue', { rate: 1, queue: { packets: 1, time: 1 } }, 'queue of link r-lan'],
  ['an overhead of no rate', { rate: { overhead: 24 } }, 'rate of link r-lan'],
])('%s is refused', (_, options, object) => {
  expect(refusal(options)).toMatchObject({ code: 'INVALID_OPTION', object })
})

test('a distribution that holds keeps its jitter; a rate that goes takes the trace away', () => {
  const before = parseConditions({ delay: 5, jitter: 1, distribution: 'pareto' }, 'link')
  expect(parseConditions({ jitter: 2 }, 'link', before)).toEqual({ ...before, jitter: 2e6 })
  const traced = parseConditions({ trace: 'test/wire/conditions/lte.trace', queue: 9 }, 'link')
  expect(traced).toMatchObject({ rate: 0, trace: { period: 12 } })
  expect(parseConditions({ rate: 'unlimited' }, 'link', traced).trace).toBeUndefined()
  expect(parseConditions({ trace: 'none' }, 'link', traced).trace).toBeUndefined()
  const rated = parseConditions({ rate: '1mbit' }, 'link')
  expect(parseConditions({ trace: 'test/wire/conditions/lte.trace' }, 'link', rated).rate).toBe(0)
})
