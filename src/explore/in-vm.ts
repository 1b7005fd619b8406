import { type RunOptions, runInVm } from '../vm/run.js'
import type { UniverseEnd } from './universe.js'

/** A command and the universe to run it in. */
export interface UniverseOptions extends RunOptions {
  readonly seed: number
}

/** Runs a command in the universe of a seed; rejects when there can be none, or by the signal. */
export type RunUniverse = (options: UniverseOptions, signal: AbortSignal) => Promise<UniverseEnd>

/** In netrig's own kernel. */
export const inVm: RunUniverse = async (options, signal) => {
  const { failure, ...end } = await runInVm({ ...options, signal })
  return { ...end, failure }
}
