import { expect, test } from 'vitest'
import { parseConditions, perfect } from '../../../src/wire/conditions/index.js'
import {
  decodeAnswer,
  downCommand,
  encode,
  linkCommand,
  portCommand,
  setCommand,
  unlinkCommand,
} from '../../../src/wire/relay/commands.js'

const conditions = parseConditions(
  { delay: '20ms', jitter: '1ms', loss: '1%', rate: '1gbit', queue: 9 },
  'link',
)

test.each([
  [
    linkCommand({ number: 3, ports: { a: 1000, b: 1001 } }, 2n ** 64n - 1n),
    'link 7 3 1000 1001 18446744073709551615 0 0 0 0 0 0 0 0 0 0\n',
  ],
  [
    linkCommand(
      { number: 0, ports: { a: 5, b: 6 }, conditions: { a: conditions, b: perfect } },
      1n,
    ),
    'link 7 0 5 6 1 20000000 1000000 10000000 1000000000 9 0 0 0 0 0\n',
  ],
  [setCommand(3, 'a', conditions), 'set 7 3 0 20000000 1000000 10000000 1000000000 9\n'],
  [setCommand(3, 'b', parseConditions({}, 'link')), 'set 7 3 1 0 0 0 0 0\n'],
  [downCommand(3, 'b', true), 'down 7 3 1 1\n'],
  [downCommand(3, 'a', false), 'down 7 3 0 0\n'],
  [portCommand(3, 'b', 1002), 'port 7 3 1 1002\n'],
  [unlinkCommand(3), 'unlink 7 3\n'],
])('%o', (command, line) => {
  expect(encode(7, command)).toBe(line)
})

test('a rate of a terabit is written in digits', () => {
  expect(encode(1, setCommand(0, 'a', parseConditions({ rate: '1tbit' }, 'link')))).not.toMatch(
    /\de/,
  )
})

test('answers', () => {
  expect(decodeAnswer('ok 7')).toEqual({ ok: true, id: 7 })
  expect(decodeAnswer('error 7 17 File exists')).toEqual({
    ok: false,
    id: 7,
    errno: 17,
    sentence: 'File exists',
  })
  for (const line of ['', 'ok', 'ok x', 'error 7', 'ready', 'okay 7']) {
    expect(decodeAnswer(line)).toBeUndefined()
  }
})
