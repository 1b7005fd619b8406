import { poll } from './poll.js'
import { type PollOptions, type ReadyStrategy, type ReadyWatch, readTimes } from './strategy.js'

/** What a test's own check is told. */
export interface ReadyCheck {
  /** The program's pid in its host. */
  readonly pid: number | undefined
  /** The last lines of its output. */
  readonly lastLines: readonly string[]
  /** Aborted when the waiting is over. */
  readonly signal: AbortSignal
}

/** Called until it neither throws nor gives `false`. */
export type ReadyFunction = (check: ReadyCheck) => unknown

/** Ready when a function of the test says so: it is called until it neither throws nor gives `false`. */
export function custom(check: ReadyFunction, options: PollOptions = {}): ReadyStrategy {
  const { timeout, interval } = readTimes(options, ['timeout', 'interval'], 'custom')
  return {
    timeout,
    describe: () => `the function ${check.name || 'given as `ready`'}`,
    wait: (watch) =>
      poll(watch, interval, async () => {
        if ((await check(whatIsKnown(watch))) === false) throw new Error('the function gave false')
      }),
  }
}

function whatIsKnown({ pid, output, signal }: ReadyWatch): ReadyCheck {
  return { pid, lastLines: output.lastLines, signal }
}
