import fc from 'fast-check'
import { expect, test } from 'vitest'
import { NetrigError } from '../../src/base/errors.js'
import {
  isPerfect,
  type LinkConditions,
  parseConditions,
  perfect,
} from '../../src/wire/conditions.js'

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
    delay: 20e6,
    jitter: 150e3,
    loss: 1e7,
    rate: 1e8,
    queue: 50,
  })
})

test('numbers are milliseconds, shares and bits per second', () => {
  expect(parseConditions({ delay: 1.5, loss: 0.01, rate: 9600 }, 'link')).toEqual({
    ...perfect,
    delay: 1.5e6,
    loss: 1e7,
    rate: 9600,
  })
})

test('nothing given is a perfect wire', () => {
  expect(parseConditions({}, 'link')).toEqual(perfect)
  expect(isPerfect(perfect)).toBe(true)
  expect(isPerfect({ ...perfect, queue: 5 })).toBe(true)
})

test('an update keeps what it does not name', () => {
  const before = parseConditions({ delay: '20ms', rate: '1mbit', loss: '5%' }, 'link')
  const after = parseConditions({ loss: '30%', delay: undefined }, 'link', before)
  expect(after).toEqual({ ...before, loss: 3e8 })
  expect(parseConditions({ rate: 'unlimited', delay: 0 }, 'link', before)).toEqual({
    ...perfect,
    loss: 5e7,
  })
})

test('a loss too small to count is not no loss', () => {
  expect(parseConditions({ loss: 1e-12 }, 'link').loss).toBe(1)
})

test.each([
  [{ delay: -1 }, 'delay of link r-lan'],
  [{ delay: '-5ms' }, 'delay of link r-lan'],
  [{ delay: '25h' }, 'delay of link r-lan'],
  [{ jitter: '2h' }, 'jitter of link r-lan'],
  [{ loss: '150%' }, 'loss of link r-lan'],
  [{ loss: 1.5 }, 'loss of link r-lan'],
  [{ rate: 0 }, 'rate of link r-lan'],
  [{ rate: '2tbit' }, 'rate of link r-lan'],
  [{ queue: 0 }, 'queue of link r-lan'],
  [{ queue: 2.5 }, 'queue of link r-lan'],
  [{ queue: '5' }, 'queue of link r-lan'],
  [{ queue: 1e9 }, 'queue of link r-lan'],
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
      delay: fc.double({ min: 0, max: 86_400_000, noNaN: true }),
      jitter: fc.double({ min: 0, max: 3_600_000, noNaN: true }),
      loss: fc.double({ min: 0, max: 1, noNaN: true }),
      rate: fc.integer({ min: 1, max: 1e12 }),
      queue: fc.integer({ min: 1, max: 1e6 }),
    },
    { requiredKeys: [] },
  )
  fc.assert(
    fc.property(values, (options) => {
      const { delay, jitter, loss, rate } = parseConditions(options, 'link')
      for (const number of [delay, jitter, loss, rate])
        expect(number).toSatisfy(Number.isSafeInteger)
      expect(loss).toBeLessThanOrEqual(1e9)
    }),
  )
})
