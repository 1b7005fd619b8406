import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { NetrigError } from '../../src/base/errors.js'
import { checkOptions, editDistance, nearest } from '../../src/base/suggest.js'

describe('nearest', () => {
  test.each([
    ['delai', 'delay'],
    ['dealy', 'delay'],
    ['Delay', 'delay'],
    ['memroy', 'memory'],
    ['subnets', 'subnet'],
    ['colour', undefined],
    ['x', undefined],
  ])('%s -> %s', (word, meant) => {
    expect(nearest(word, ['delay', 'loss', 'rate', 'memory', 'subnet', 'b'])).toBe(meant)
  })

  test('of two it takes the closer', () => {
    expect(nearest('lostt', ['loss', 'lost'])).toBe('lost')
    expect(nearest('delayed', ['delaye', 'delay'])).toBe('delaye')
  })
})

test('edit distance is a distance', () => {
  const word = fc.string({ maxLength: 8, unit: fc.constantFrom('a', 'b', 'c') })
  fc.assert(
    fc.property(word, word, (a, b) => {
      const edits = editDistance(a, b)
      expect(edits).toBe(editDistance(b, a))
      expect(edits === 0).toBe(a === b)
      expect(edits).toBeGreaterThanOrEqual(Math.abs(a.length - b.length))
      expect(edits).toBeLessThanOrEqual(Math.max(a.length, b.length))
    }),
  )
})

describe('checkOptions', () => {
  test('known options and none pass', () => {
    expect(() => checkOptions({ delay: 1 }, ['delay'], 'lab.link')).not.toThrow()
    expect(() => checkOptions(undefined, ['delay'], 'lab.link')).not.toThrow()
  })

  test.each([
    [
      { delai: 1 },
      "lab.link: there is no option 'delai'.\n  hint: did you mean 'delay'? known options: delay, loss",
    ],
    [{ colour: 1 }, "lab.link: there is no option 'colour'.\n  hint: known options: delay, loss"],
    [null, 'lab.link: options are an object, not null.\n  hint: known options: delay, loss'],
    [
      '20ms',
      "lab.link: options are an object, not the text '20ms'.\n  hint: known options: delay, loss",
    ],
    [[], 'lab.link: options are an object, not a list.\n  hint: known options: delay, loss'],
  ])('%o is refused', (options, message) => {
    try {
      checkOptions(options, ['delay', 'loss'], 'lab.link')
      expect.unreachable()
    } catch (error) {
      expect((error as NetrigError).code).toBe('INVALID_OPTION')
      expect((error as NetrigError).message).toBe(message)
    }
  })
})
