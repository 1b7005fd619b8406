import { spawnSync } from 'node:child_process'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { stream } from '../fixture/fate.js'
import { Tools } from '../fixture/tools.js'

// The relay's parts by themselves, with sanitizers: native/relay/test/.

const relay = join(dirname(fileURLToPath(import.meta.url)), '../../../native/relay')
let tools: Tools

beforeAll(() => {
  tools = new Tools()
})
afterAll(() => tools.remove())

function run(name: string, parts: string[], words: string[] = []): string {
  const files = [`test/${name}.c`, ...parts].map((file) => join(relay, file))
  const done = spawnSync(tools.make(name, files, tools.sanitizers()), words, { encoding: 'utf8' })
  expect(done.stderr).toBe('')
  expect(done.status).toBe(0)
  return done.stdout
}

test('large frames are cut into the packets that a network card would send', () => {
  expect(run('segment_test', ['segment.c', 'checksum.c'])).toContain('large frames')
}, 60_000)

test('frames leave and arrive when they should', () => {
  expect(run('line_test', ['line.c', 'frame.c'])).toBe('line\n')
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
  const lines = run('random_test', ['random.c'], [seed, String(link), String(direction)])
  const rows = lines
    .trim()
    .split('\n')
    .map((line) => line.split(' '))
  const chances = stream(BigInt(seed), link, direction, 'loss')
  expect(rows.map(([draw]) => draw)).toEqual(rows.map(() => String(chances.next().value)))
  const swings = rows.map(([, swing]) => Number(swing) / 65536)
  const mean = swings.reduce((sum, x) => sum + x, 0) / swings.length
  const variance = swings.reduce((sum, x) => sum + (x - mean) ** 2, 0) / swings.length
  expect(Math.abs(mean)).toBeLessThan(0.05)
  expect(Math.abs(variance - 1)).toBeLessThan(0.1)
})
