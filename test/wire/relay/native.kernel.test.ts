import { spawnSync } from 'node:child_process'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { purposes, stream } from '../fixture/fate.js'
import { Tools } from '../fixture/tools.js'

// The first test of a file compiles what it runs, with sanitizers.
vi.setConfig({ testTimeout: 120_000 })

// The relay's parts by themselves, with sanitizers: native/relay/test/.

const relay = join(dirname(fileURLToPath(import.meta.url)), '../../../native/relay')
let tools: Tools

beforeAll(() => {
  tools = new Tools()
})
afterAll(() => tools.remove())

function run(name: string, parts: string[], words: string[] = []): string {
  const files = [`test/${name}.c`, ...parts].map((file) => join(relay, file))
  const done = spawnSync(tools.make(name, files, [...tools.sanitizers(), '-lm']), words, {
    encoding: 'utf8',
  })
  expect(done.stderr).toBe('')
  expect(done.status).toBe(0)
  return done.stdout
}

test('large frames are cut into the packets that a network card would send', () => {
  expect(run('segment_test', ['segment.c', 'checksum.c'])).toContain('large frames')
}, 60_000)

test('frames leave and arrive when they should', () => {
  expect(run('line_test', ['line.c', 'frame.c', 'trace.c'])).toBe('line\n')
})

test('rules read packets, know their connections and make others', () => {
  const parts = ['match', 'match_read', 'view', 'flows', 'forge', 'checksum', 'words']
  expect(
    run(
      'match_test',
      parts.map((part) => `${part}.c`),
    ),
  ).toBe('match\n')
})

test('the heap gives the earliest, and the first of equals', () => {
  expect(run('heap_test', ['heap.c'])).toBe('heap\n')
})

test('the filter lets the ports through and nothing else', () => {
  expect(run('filter_test', ['filter.c'])).toBe('filter\n')
})

test.each([
  ['0', 0, 0],
  ['1', 0, 1],
  ['18446744073709551615', 65535, 0],
] as const)('seed %s, link %i, direction %i give their own chances', (seed, link, direction) => {
  const lines = run(
    'random_test',
    ['random.c', 'fate.c', 'loss.c'],
    [seed, String(link), String(direction)],
  )
  const streams = Object.keys(purposes).map((name) =>
    stream(BigInt(seed), link, direction, name as keyof typeof purposes),
  )
  for (const line of lines.trim().split('\n')) {
    expect(line.split(' ')).toEqual(streams.map((one) => String(one.next().value)))
  }
})

test('chances are as asked for, and none shifts another', () => {
  expect(run('fate_test', ['fate.c', 'loss.c', 'random.c', 'jitter.c'])).toBe('fate\n')
}, 60_000)
