import fc from 'fast-check'
import { expect, test } from 'vitest'
import {
  blendConditions,
  type LinkConditions,
  parseConditions,
} from '../../../src/wire/conditions/index.js'

const of = (options: LinkConditions) => parseConditions(options, 'link')

test('halfway: evenly, and rates by equal factors', () => {
  const from = of({ delay: 10, loss: 0, rate: '1mbit' })
  const to = of({ delay: 30, loss: '10%', rate: '100mbit', jitter: 4 })
  expect(blendConditions(from, to, 0.5)).toMatchObject({
    delay: 20e6,
    jitter: 2e6,
    loss: { model: 'random', rate: 5e7 },
    rate: 10e6,
  })
})

test('what cannot come about little by little comes at the end', () => {
  const from = of({ delay: 10 })
  const to = of({ delay: 10, rate: '1mbit', loss: { pattern: 'x' }, duplicate: '1%', mtu: 500 })
  expect(blendConditions(from, to, 0.99)).toEqual(from)
  expect(blendConditions(from, to, 1)).toBe(to)
})

test('on the way nothing leaves the bounds of the two ends', () => {
  const some = fc.record({
    delay: fc.integer({ min: 0, max: 3_600_000 }),
    loss: fc.double({ min: 0, max: 1, noNaN: true }),
    rate: fc.integer({ min: 1, max: 1e12 }),
  })
  fc.assert(
    fc.property(some, some, fc.double({ min: 0, max: 1, noNaN: true }), (a, b, part) => {
      const [from, to] = [of(a), of(b)]
      const now = blendConditions(from, to, part)
      for (const name of ['delay', 'rate'] as const) {
        expect(now[name]).toBeGreaterThanOrEqual(Math.min(from[name], to[name]) - 1)
        expect(now[name]).toBeLessThanOrEqual(Math.max(from[name], to[name]) + 1)
        expect(now[name]).toSatisfy(Number.isSafeInteger)
      }
    }),
  )
})
