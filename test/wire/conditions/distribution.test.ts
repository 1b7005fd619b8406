import { expect, test } from 'vitest'
import { listCdf, normalCdf, uniformCdf } from '../../../bench/wires/theory.mjs'
import {
  type Distribution,
  distributions,
  distributionTable,
  parseConditions,
  TABLE_SCALE,
  TABLE_SIZE,
} from '../../../src/wire/conditions/index.js'

const units = (name: Distribution) => Array.from(distributionTable(name), (x) => x / TABLE_SCALE)

test.each([...distributions])('%s: 4096 values, smallest first, with a mean of 0', (name) => {
  const values = units(name)
  expect(values).toHaveLength(TABLE_SIZE)
  expect(values.toSorted((a, b) => a - b)).toEqual(values)
  expect(values.reduce((sum, value) => sum + value, 0) / TABLE_SIZE).toBeCloseTo(0, 3)
  expect(Math.max(...values)).toBeLessThanOrEqual(4)
})

test.each(distributions.filter((name) => name !== 'uniform'))('%s deviates by 1', (name) => {
  const square = units(name).reduce((sum, value) => sum + value ** 2, 0) / TABLE_SIZE
  expect(Math.sqrt(square)).toBeCloseTo(1, 3)
})

test('normal and uniform are what their names say', () => {
  for (const [name, cdf] of [
    ['normal', normalCdf],
    ['uniform', uniformCdf],
  ] as const) {
    units(name).forEach((value, at) => {
      expect(Math.abs(cdf(value) - (at + 0.5) / TABLE_SIZE)).toBeLessThan(0.001)
    })
  }
})

test("pareto has Pareto's shape, but for its mean and deviation after the cut", () => {
  const values = units('pareto')
  // Where the tail is not cut, a linear change away from (1 - share)^(-1/3).
  const of = (share: number) => (1 - share) ** (-1 / 3)
  const [low, high] = [values[400]!, values[3600]!]
  const scale = (high - low) / (of(3600.5 / 4096) - of(400.5 / 4096))
  for (const at of [10, 1000, 2000, 3000, 4000]) {
    const expected = low + scale * (of((at + 0.5) / 4096) - of(400.5 / 4096))
    expect(values[at]).toBeCloseTo(expected, 3)
  }
  expect(listCdf(values)(values[2047]!)).toBeCloseTo(0.5, 2)
})

test('a name that does not exist is refused with the nearest', () => {
  const read = (distribution: unknown) =>
    parseConditions({ jitter: 1, distribution: distribution as Distribution }, 'link')
  expect(() => read('gaussian')).toThrow('normal, uniform, pareto, paretonormal')
  expect(() => read('paretto')).toThrow("did you mean 'pareto'")
})
