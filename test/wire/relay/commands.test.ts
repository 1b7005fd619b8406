import { expect, test } from 'vitest'
import { parseConditions, perfect } from '../../../src/wire/conditions/index.js'
import {
  type Command,
  decodeAnswer,
  downCommand,
  encode,
  linkCommand,
  portCommand,
  setCommand,
  unlinkCommand,
} from '../../../src/wire/relay/commands.js'
import { conditionWords, type Shelf } from '../../../src/wire/relay/encode.js'
import { RelayShelf } from '../../../src/wire/relay/shelf.js'

const conditions = parseConditions(
  { delay: '20ms', jitter: '1ms', loss: '1%', rate: '1gbit', queue: 9 },
  'link',
)

const shelf: Shelf = { swings: () => 0, trace: () => 4 }

test.each([
  [
    linkCommand({ number: 3, ports: { a: 1000, b: 1001 } }, 2n ** 64n - 1n, shelf),
    'link 7 3 1000 1001 18446744073709551615 /\n',
  ],
  [
    linkCommand(
      { number: 0, ports: { a: 5, b: 6 }, conditions: { a: conditions, b: perfect } },
      1n,
      shelf,
    ),
    'link 7 0 5 6 1 delay=20000000 jitter=1000000 swings=0 loss=random,10000000 rate=1000000000 queue-packets=9 /\n',
  ],
  [setCommand(3, 'a', conditions, shelf), expect.stringMatching(/^set 7 3 0 delay=20000000 /)],
  [setCommand(3, 'b', parseConditions({}, 'link'), shelf), 'set 7 3 1\n'],
  [downCommand(3, 'b', true), 'down 7 3 1 1\n'],
  [downCommand(3, 'a', false), 'down 7 3 0 0\n'],
  [portCommand(3, 'b', 1002), 'port 7 3 1 1002\n'],
  [unlinkCommand(3), 'unlink 7 3\n'],
])('%o', (command, line) => {
  expect(encode(7, command)).toEqual(line)
})

test('a rate of a terabit is written in digits', () => {
  expect(
    encode(1, setCommand(0, 'a', parseConditions({ rate: '1tbit' }, 'link'), shelf)),
  ).not.toMatch(/\de/)
})

test.each([
  [
    { loss: { rate: '10%', correlation: '50%' } },
    'loss=gilbert-elliott,50000000,450000000,1000000000,0',
  ],
  [
    { loss: { model: 'four-state', p13: 0.5 } },
    'loss=four-state,500000000,500000000,0,1000000000,0',
  ],
  [{ loss: { pattern: 'x..', repeat: false } }, 'loss=pattern,0,x..'],
  [
    { duplicate: '10%', corrupt: { rate: 1 } },
    'duplicate=100000000,900000000 corrupt=1000000000,0',
  ],
  [{ delay: 5, reorder: { rate: 0.25, gap: 5 } }, 'delay=5000000 reorder=250000000,750000000,5'],
  [
    { rate: { rate: 1e6, overhead: -14, cell: { size: 48, overhead: 5 } }, queue: '50ms' },
    'rate=1000000 overhead=-14 cell=48,5 queue-time=50000000',
  ],
  [{ rate: 1e6, queue: '64KiB', mtu: 1400 }, 'mtu=1400 rate=1000000 queue-bytes=65536'],
] as const)('%j', (options, words) => {
  expect(conditionWords(parseConditions(options, 'link'), shelf).join(' ')).toBe(words)
})

test('what is long is sent once, in pieces', () => {
  const sent: Command[] = []
  const keep = new RelayShelf((command) => sent.push(command))
  const opportunities = Array.from({ length: 5000 }, (_, at) => at + 1)
  const trace = { file: 't', opportunities, period: 5000 }
  const words = () => conditionWords({ ...perfect, trace }, keep).join(' ')
  // 1504 bytes each millisecond are 12 Mbit/s: 100 ms of full frames.
  expect([words(), words()]).toEqual(Array(2).fill('trace=0 queue-packets=100'))
  expect(sent.map(([verb, number, start]) => [verb, number, start])).toEqual([
    ['trace', 0, 0],
    ['trace', 0, 4096],
  ])
  expect(keep.swings('pareto')).toBe(0)
  expect(keep.swings('normal')).toBe(1)
  const values = sent.at(-1)!.slice(3).map(Number)
  expect(values).toHaveLength(4096)
  expect([Math.min(...values) >= 0, Math.max(...values) < 65_536]).toEqual([true, true])
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
