import { fileURLToPath } from 'node:url'
import { expect } from 'vitest'
import { runInVm } from '../../src/vm/run.js'
import { test } from './support.js'

/** In the suite a few; by hand `NETRIG_RUNS=20 npx vitest run --project kernel test/vm/universe`. */
const RUNS = Number(process.env.NETRIG_RUNS ?? 3)
/** More than there are processors: each run is pushed aside by the others all the time. */
const AT_ONCE = 3

const root = fileURLToPath(new URL('../..', import.meta.url))
const command = [
  process.execPath,
  ...['node_modules/vitest/vitest.mjs', 'run', '--config', 'test/vm/universe/vitest.config.mjs'],
]
// A lab of three hosts on lossy links and six programs in it: test/vm/universe/race.mjs draws it.
const universe = (seed: number) => runInVm({ seed, command, cwd: root, env: { NO_COLOR: '1' } })

test('a test run with six programs on lossy links repeats to the byte and the nanosecond', {
  timeout: 200_000 * (RUNS + 1),
}, async () => {
  const seeds = [2, ...Array<number>(RUNS).fill(1)]
  const results: Awaited<ReturnType<typeof universe>>[] = []
  const worker = async () => {
    for (let at = results.length; at < seeds.length; at = results.length) {
      const running = universe(seeds[at]!)
      results.push(undefined as never)
      results[at] = await running
    }
  }
  await Promise.all(Array.from({ length: AT_ONCE }, worker))
  const [other, first, ...again] = results
  expect(first).toMatchObject({ status: 0, stderr: '' })
  expect(first!.stdout).toMatch(/^\d+ a 10 /m)
  for (const result of again) expect(result).toEqual(first)
  expect(other!.status).toBe(0)
  expect(other!.stdout).not.toBe(first!.stdout)
})
