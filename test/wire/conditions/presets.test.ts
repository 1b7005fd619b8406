import { expect, test } from 'vitest'
import {
  isPerfect,
  type PresetName,
  parseConditions,
  presetNames,
  presetSource,
} from '../../../src/wire/conditions/index.js'

const real = presetNames.filter((name) => name !== 'perfect') as Exclude<PresetName, 'perfect'>[]

test('there is one of each kind, and each says where its figures are from', () => {
  expect(presetNames).toEqual([
    'dialup',
    'dsl',
    'cable',
    'fibre',
    'wifi',
    'wifi-crowded',
    '3g',
    '4g',
    '5g',
    'satellite-geo',
    'satellite-leo',
    'transatlantic',
    'datacenter',
    'perfect',
  ])
  for (const name of real) expect(presetSource(name)).toMatch(/\d/)
})

test.each(real)('%s can be read for both ends, and does something', (preset) => {
  for (const from of [0, 1] as const) {
    const conditions = parseConditions({ preset }, 'link', undefined, from)
    expect(isPerfect(conditions)).toBe(false)
    expect(conditions.delay).toBeGreaterThan(0)
  }
})

test('the first end is the subscriber', () => {
  const up = parseConditions({ preset: 'dsl' }, 'link', undefined, 0)
  const down = parseConditions({ preset: 'dsl' }, 'link', undefined, 1)
  expect([up.rate, down.rate, up.delay]).toEqual([384e3, 1.5e6, 25e6])
})

test('what stands beside a preset goes before it, what held before it is gone', () => {
  const before = parseConditions({ loss: '5%', rate: 1 }, 'link')
  const after = parseConditions({ preset: '4g', delay: '1ms' }, 'link', before)
  expect(after).toMatchObject({ delay: 1e6, rate: 12e6, loss: { rate: 0 } })
  expect(isPerfect(parseConditions({ preset: 'perfect' }, 'link', before))).toBe(true)
})

test('an unknown one is refused with the nearest', () => {
  const read = (preset: unknown) =>
    parseConditions({ preset: preset as PresetName }, 'link r-lan', undefined)
  expect(() => read('satelite-geo')).toThrow("did you mean 'satellite-geo'?")
  expect(() => read('toString')).toThrow('there are dialup, dsl')
  expect(() => read('6h')).toThrow('preset of link r-lan')
})
