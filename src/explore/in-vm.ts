import { holdKernel, type KernelIdentity } from '../vm/kernel/hold.js'
import { type RunOptions, runInVm } from '../vm/run.js'
import type { UniverseEnd } from './universe.js'

/** A command and the universe to run it in. */
export interface UniverseOptions extends RunOptions {
  readonly seed: number
}

/** What makes universes, all of them alike but for their seeds. */
export interface Maker {
  readonly kernel: KernelIdentity
  /** Runs a command in the universe of a seed; rejects when there can be none, or by the signal. */
  run(options: UniverseOptions, signal: AbortSignal): Promise<UniverseEnd>
  close(): void
}

/**
 * Makes universes in netrig's own kernel: the one that is found now, whatever is built meanwhile.
 *
 * @throws NetrigError `NO_KERNEL`
 */
export function inVm(): Maker {
  const { path, version, sha256, close } = holdKernel()
  return {
    kernel: { version, sha256 },
    close,
    async run(options, signal) {
      const { failure, ...end } = await runInVm({ ...options, kernel: path, signal })
      return { ...end, failure }
    },
  }
}
