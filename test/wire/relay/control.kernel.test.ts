import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { openSync } from 'node:fs'
import type { Socket } from 'node:net'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { Tools } from '../fixture/tools.js'

// The first test of a file compiles what it runs, with sanitizers.
vi.setConfig({ testTimeout: 120_000 })

// The relay by itself, with sanitizers, without a network: what it makes of its control stream.

let tools: Tools

beforeAll(() => {
  tools = new Tools()
})
afterAll(() => tools.remove())

/** Everything that the relay answers to a stream of bytes, once it has ended well. */
async function converse(bytes: string): Promise<string[]> {
  const counters = openSync(join(tools.folder, 'counters'), 'w+')
  const relay = spawn(tools.relay('sanitized'), {
    stdio: ['ignore', 'inherit', 'inherit', 'pipe', counters],
  })
  const control = relay.stdio[3] as Socket
  let answers = ''
  control.setEncoding('utf8').on('data', (text) => {
    answers += text
  })
  const exit = once(relay, 'exit')
  control.end(bytes)
  expect(await exit).toEqual([0, null])
  return answers.split('\n').slice(0, -1)
}

test('a greeting, then one answer to each line', async () => {
  const [greeting, ...answers] = await converse('ping 1\nping 2\nping 18446744073709551615\n')
  expect(greeting).toMatch(/^ready( marks)?$/)
  expect(answers).toEqual(['ok 1', 'ok 2', 'ok 18446744073709551615'])
})

test.each<readonly [line: string, answer: string]>([
  ...['', 'hello', 'ping', 'ping x', 'ping -1', 'ping 18446744073709551616'].map(
    (line) => [line, 'error 0 22 a command is a verb, a number and more'] as const,
  ),
  ['hello 7', 'error 7 22 unknown command'],
  ['ping 7 7', 'error 7 22 Invalid argument'],
  ['set 7 1 0', 'error 7 2 No such file or directory'],
  ['set 7 99999 0', 'error 7 2 No such file or directory'],
  ['swings 7 0 1 5', 'error 7 17 File exists'],
  ['swings 7 8 0 5', 'error 7 34 Numerical result out of range'],
  ['trace 7 0 1 5', 'error 7 17 File exists'],
  ['trace 7 0 0 5 4', 'error 7 22 Invalid argument'],
  ['down 7 1 0 1', 'error 7 2 No such file or directory'],
  ['port 7 1 0 5', 'error 7 2 No such file or directory'],
  ['unlink 7 1', 'error 7 2 No such file or directory'],
  ['link 7 65536 1 1 0 /', 'error 7 34 Numerical result out of range'],
  ['link 7 1 1 1 0 loss=random,1000000001 /', 'error 7 34 Numerical result out of range'],
  ['link 7 1 1 1 0 / mtu=65536', 'error 7 34 Numerical result out of range'],
  ...[
    'delay',
    'delay=',
    'delay=-1',
    'delay=1,2',
    'hello=1',
    'jitter=5',
    'loss=often,1',
    'loss=random',
    'loss=random,1,2',
    'loss=gilbert-elliott,1,2,3',
    'loss=pattern,1,',
    'loss=pattern,2,x',
    'loss=pattern,1,x.y',
    'duplicate=5',
    'reorder=5,5',
    'trace=',
    'cell=5',
    'overhead=--1',
  ].map((words) => [`link 7 1 1 1 0 / ${words}`, 'error 7 22 Invalid argument'] as const),
  ['link 7 1 1 1 0 / swings=0', 'error 7 2 No such file or directory'],
  ['link 7 1 1 1 0 / overhead=-65', 'error 7 34 Numerical result out of range'],
  [`ping 7 ${'7 '.repeat(5000)}`, 'error 7 22 Invalid argument'],
])('%j is refused', async (line, answer) => {
  expect((await converse(`${line}\nping 8\n`)).slice(1)).toEqual([answer, 'ok 8'])
})

test('an unfinished line is no command', async () => {
  expect((await converse('ping 1\nping 2')).slice(1)).toEqual(['ok 1'])
})

test('a thousand lines are answered in order', async () => {
  const lines = Array.from({ length: 5000 }, (_, id) => `ping ${id}`)
  const answers = await converse(`${lines.join('\n')}\n`)
  expect(answers.slice(1)).toEqual(lines.map((line) => line.replace('ping', 'ok')))
})

test('no bytes bring it down', async () => {
  const word = fc.oneof(
    // Not `link`: this relay is in the machine's own network.
    fc.constantFrom('ping', 'set', 'down', 'port', 'unlink', 'memory', 'swings', 'trace', '', ' '),
    fc.constantFrom('delay=5', 'loss=pattern,1,x.', 'reorder=5,5,5', 'cell=1,2', 'rate=', '/'),
    fc.bigInt({ min: 0n, max: 2n ** 65n }).map(String),
    fc.nat(3).map(String),
    fc.string({ unit: 'binary' }),
  )
  const line = fc.array(word, { maxLength: 18 }).map((words) => words.join(' '))
  const stream = fc.array(line, { minLength: 200, maxLength: 400 }).map((lines) => lines.join('\n'))
  await fc.assert(
    fc.asyncProperty(stream, async (bytes) => {
      const answers = await converse(`\n${bytes}\nping 1\n`)
      expect(answers).toHaveLength(bytes.split('\n').length + 3)
      expect(answers.at(-1)).toBe('ok 1')
    }),
    { numRuns: 15 },
  )
})
