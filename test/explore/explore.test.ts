import { setTimeout as sleep } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { type Exploration, explore } from '../../src/explore/explore.js'
import { eachSeed, endlessSeeds } from '../../src/explore/seeds.js'
import type { UniverseEnd } from '../../src/explore/universe.js'

const ended = (status: number): UniverseEnd => ({
  status,
  signal: undefined,
  stdout: '',
  stderr: '',
  virtualNs: 0n,
  failure: undefined,
})

/** Universes without a kernel: what is tested here is who runs when, and what is done with the ends. */
function going(some: Partial<Exploration>): Exploration {
  return {
    seeds: eachSeed([{ first: 1, last: 20 }]),
    jobs: 3,
    check: false,
    untilFailure: false,
    run: async (seed) => ended(seed % 7 === 0 ? 1 : 0),
    signal: new AbortController().signal,
    ...some,
  }
}

test('each seed once, and as many at a time as was said', async () => {
  let now = 0
  let most = 0
  const runs = await explore(
    going({
      run: async () => {
        most = Math.max(most, ++now)
        await sleep(1)
        now -= 1
        return ended(0)
      },
    }),
  )
  expect(runs.map(({ seed }) => seed).sort((a, b) => a - b)).toEqual(
    Array.from({ length: 20 }, (_, at) => at + 1),
  )
  expect(most).toBe(3)
})

test('a seed that fails stops nothing', async () => {
  const runs = await explore(going({}))
  const failed = runs.filter(({ verdict }) => verdict === 'failed').map(({ seed }) => seed)
  expect(failed).toEqual([7, 14])
})

test('until a failure: goes on without end, ends the others, and does not count them', async () => {
  const cancelled: number[] = []
  const runs = await explore(
    going({
      seeds: endlessSeeds([{ first: 1, last: 2 }]),
      untilFailure: true,
      run: async (seed, signal) => {
        if (seed === 50) return ended(1)
        try {
          await sleep(seed > 50 ? 10_000 : 1, undefined, { signal })
        } catch (error) {
          cancelled.push(seed)
          throw error
        }
        return ended(0)
      },
    }),
  )
  const failed = runs.filter(({ verdict }) => verdict !== 'passed').map(({ seed }) => seed)
  expect(failed).toEqual([50])
  expect(runs.every(({ seed }) => !cancelled.includes(seed))).toBe(true)
})

test('--check runs each seed twice, and one that is not alike fails', async () => {
  const ran: number[] = []
  const runs = await explore(
    going({
      seeds: [1, 2, 3],
      check: true,
      run: async (seed) => {
        ran.push(seed)
        return { ...ended(0), stdout: seed === 2 ? `${ran.length}` : 'same' }
      },
    }),
  )
  expect(ran.sort()).toEqual([1, 1, 2, 2, 3, 3])
  expect(runs.filter(({ verdict }) => verdict === 'differs').map(({ seed }) => seed)).toEqual([2])
})

test('the signal ends all universes; what was done is kept', async () => {
  const end = new AbortController()
  const runs = await explore(
    going({
      signal: end.signal,
      run: async (seed, signal) => {
        if (seed < 5) return ended(0)
        if (seed === 5) setTimeout(() => end.abort(), 20)
        await sleep(10_000, undefined, { signal })
        return ended(0)
      },
    }),
  )
  expect(runs.map(({ seed }) => seed)).toEqual([1, 2, 3, 4])
})

test('what Ctrl-C ended did not fail, even if its end is known before the key is', async () => {
  const end = new AbortController()
  const runs = await explore(
    going({
      jobs: 1,
      signal: end.signal,
      run: async () => {
        setTimeout(() => end.abort(), 20)
        return { ...ended(0), status: undefined, signal: 'SIGINT' }
      },
    }),
  )
  expect(runs).toEqual([])
})

test('where no universe can be, the first error ends it', async () => {
  const started: number[] = []
  const exploring = explore(
    going({
      onStart: (seed) => started.push(seed),
      run: async (seed, signal) => {
        if (seed === 2) throw new Error('no kernel')
        await sleep(10_000, undefined, { signal })
        return ended(0)
      },
    }),
  )
  await expect(exploring).rejects.toThrow('no kernel')
  expect(started).toEqual([1, 2, 3])
})
