import fc from 'fast-check'
import { expect, test } from 'vitest'
import { validateName } from '../../../src/lab/plan/name.js'
import { failure } from './topology.js'

const RULE =
  "write 1 to 63 of the characters a-z, 0-9 and '-', with no '-' first or last (as in a domain name)."

test.each(['a', 'node-1', '3com', 'x'.repeat(63), '1a', 'a--b'])('%s is a name', (name) => {
  expect(() => validateName(name, 'lab.host')).not.toThrow()
})

test.each([
  ['', `lab.host: the name is empty: ${RULE}`],
  ['x'.repeat(300), `lab.host: the name '${'x'.repeat(20)}...' has 300 characters: ${RULE}`],
  ['Node_1', `lab.host: 'Node_1' is not a name: ${RULE}\n  hint: did you mean 'node-1'?`],
  ['-', `lab.host: '-' is not a name: ${RULE}`],
  [
    '10',
    `lab.host: '10' is a number, which programs take for an address: ${RULE}\n  hint: put a letter into it, e.g. 'n10'`,
  ],
  ['localhost', `lab.host: 'localhost' is every host's name for itself: ${RULE}`],
  [7, `lab.host: a name is a text, not a number: ${RULE}`],
  [null, `lab.host: a name is a text, not null: ${RULE}`],
  [undefined, `lab.host: a name is a text, not undefined: ${RULE}`],
])('%s is refused', (name, message) => {
  const error = failure(() => validateName(name, 'lab.host'))
  expect(error.code).toBe('INVALID_NAME')
  expect(error.message).toBe(message)
})

test('whatever is meant by a hint is a name', () => {
  fc.assert(
    fc.property(fc.string({ maxLength: 80 }), (name) => {
      try {
        validateName(name, 'lab.host')
      } catch (error) {
        const meant = /did you mean '(.*)'/.exec((error as Error).message)?.[1]
        if (meant !== undefined) expect(() => validateName(meant, 'lab.host')).not.toThrow()
      }
    }),
  )
})
