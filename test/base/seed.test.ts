import fc from 'fast-check'
import { expect, test } from 'vitest'
import { environmentSeed, seedText } from '../../src/base/seed.js'

const read = (text: string | undefined) => environmentSeed({ NETRIG_SEED: text })

test('none is none', () => {
  expect(read(undefined)).toBeUndefined()
  expect(read('')).toBeUndefined()
  expect(read(' ')).toBeUndefined()
})

test('whole numbers are numbers, whatever their size, and texts texts', () => {
  expect(read('7')).toBe(7n)
  expect(read(' -3 ')).toBe(-3n)
  expect(read('18446744073709551615')).toBe(2n ** 64n - 1n)
  expect(read('main-2024')).toBe('main-2024')
  fc.assert(
    fc.property(fc.bigInt(), (seed) => {
      expect(read(`${seed}`)).toBe(seed)
    }),
  )
})

test.each(['1.5', '1e3', '0x10', 'Infinity', 'a\nb', 'x'.repeat(201)])(
  "'%s' is refused with the name of the variable",
  (text) => {
    expect(() => read(text)).toThrow(
      expect.objectContaining({
        code: 'INVALID_OPTION',
        message: expect.stringMatching(/^NETRIG_SEED: '.* is no seed[\s\S]*whole number/s),
      }),
    )
  },
)

test('for people', () => {
  expect(seedText(7n)).toBe('7')
  expect(seedText('seven')).toBe("'seven'")
})
