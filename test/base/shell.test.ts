import { execFileSync } from 'node:child_process'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { shellLine } from '../../src/base/shell.js'

test('plain words stay plain, others get quotes', () => {
  expect(shellLine(['npx', 'vitest', 'run', '-t', "it's a leader"])).toBe(
    "npx vitest run -t 'it'\\''s a leader'",
  )
  expect(shellLine(['', 'a=b', '$HOME', '~'])).toBe("'' a=b '$HOME' '~'")
})

test('a shell reads the words that were written', () => {
  const word = fc.string({ unit: 'grapheme' }).filter((text) => !text.includes('\0'))
  fc.assert(
    fc.property(fc.array(word, { minLength: 1, maxLength: 5 }), (words) => {
      const read = execFileSync('sh', ['-c', `printf '%s\\0' ${shellLine(words)}`], {
        encoding: 'utf8',
      })
      expect(read.split('\0').slice(0, -1)).toEqual(words)
    }),
    { numRuns: 40 },
  )
})
