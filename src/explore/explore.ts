import { setTimeout as sleep } from 'node:timers/promises'
import { judge, type SeedRun, type UniverseEnd } from './universe.js'

/** Ctrl-C in a terminal reaches a universe's processes and this one in no particular order; ms. */
const NEWS = 100

/** What to explore, and how. */
export interface Exploration {
  /** May be without end when `untilFailure`. */
  readonly seeds: Iterable<number>
  /** How many universes at once. */
  readonly jobs: number
  /** Runs each seed twice and compares. */
  readonly check: boolean
  /** Ends with the first seed that does not pass. */
  readonly untilFailure: boolean
  /** Runs the command in the universe of a seed; rejects when there can be no universe, or by the signal. */
  readonly run: (seed: number, signal: AbortSignal) => Promise<UniverseEnd>
  readonly onStart?: (seed: number) => void
  readonly onRun?: (run: SeedRun) => void
  /** Ends all universes; what they were at is not counted. */
  readonly signal: AbortSignal
}

/**
 * Runs a command in one universe per seed, some at a time.
 *
 * @returns what became of the seeds, in the order in which they ended
 * @throws whatever `run` rejects with while nobody wanted an end
 */
export async function explore(what: Exploration): Promise<SeedRun[]> {
  const runs: SeedRun[] = []
  const enough = new AbortController()
  const signal = AbortSignal.any([what.signal, enough.signal])
  const seeds = what.seeds[Symbol.iterator]()
  let failure: { readonly reason: unknown } | undefined

  const one = async (seed: number): Promise<void> => {
    what.onStart?.(seed)
    const began = performance.now()
    const first = await what.run(seed, signal)
    const second = what.check ? await what.run(seed, signal) : undefined
    if (isBroken(first) || isBroken(second)) await sleep(NEWS)
    if (signal.aborted) return
    const run = judge(seed, performance.now() - began, [first, second])
    runs.push(run)
    what.onRun?.(run)
    if (what.untilFailure && run.verdict !== 'passed') enough.abort()
  }

  const worker = async (): Promise<void> => {
    while (!signal.aborted) {
      const next = seeds.next()
      if (next.done === true) return
      try {
        await one(next.value)
      } catch (reason) {
        // What is thrown by an end that was wanted is no news; what ended it is.
        if (!signal.aborted) failure = { reason }
        enough.abort()
      }
    }
  }

  await Promise.all(Array.from({ length: what.jobs }, worker))
  if (failure !== undefined) throw failure.reason
  return runs
}

function isBroken(end: UniverseEnd | undefined): boolean {
  return end?.signal !== undefined || end?.failure !== undefined
}
