import pRetry from 'p-retry'
import type { ReadyWatch } from './strategy.js'

/** Milliseconds before the second look; pauses grow from it to the interval. */
const FIRST = 5
const GROWTH = 1.5

/** Tries until `attempt` does not throw, from when the program runs until the watch ends. */
export async function poll(
  watch: ReadyWatch,
  interval: number,
  attempt: () => Promise<void>,
): Promise<void> {
  await watch.started
  const once = async () => {
    try {
      await attempt()
    } catch (error) {
      watch.note(error)
      // p-retry takes a TypeError for a fault of the program that calls it, and would give up.
      throw new Error('not ready yet', { cause: error })
    }
  }
  await pRetry(once, {
    retries: Number.POSITIVE_INFINITY,
    minTimeout: Math.min(FIRST, interval),
    maxTimeout: interval,
    factor: GROWTH,
    signal: watch.signal,
  })
}
