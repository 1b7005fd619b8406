import { checkOptions } from '../../base/suggest.js'
import { type Duration, parseDuration } from '../../base/units.js'
import type { OutputLog } from '../output.js'
import type { ProgramSite } from '../site.js'

/** What a strategy may look at while it waits. */
export interface ReadyWatch {
  readonly site: ProgramSite
  /** What the program writes, from its start on. */
  readonly output: OutputLog
  /** The program's working folder in its host. */
  readonly cwd: string
  /** Settles when the program runs. Never rejects. */
  readonly started: Promise<void>
  /** The program's pid in its host, once it runs. */
  readonly pid: number | undefined
  /** Ends the waiting: the time is over, or the program is. */
  readonly signal: AbortSignal
  /** Tells why it is not ready yet; the last reason is shown if it never is. */
  note(reason: unknown): void
}

/** A way to find out that a program is ready to serve. */
export interface ReadyStrategy {
  /** Milliseconds to wait at most. */
  readonly timeout: number
  /** What is waited for, as the object of "waiting for". */
  describe(): string
  /** Resolves when the program is ready. Called as the program is started. */
  wait(watch: ReadyWatch): Promise<void>
}

/** Options of all strategies. */
export interface ReadyOptions {
  /** How long to wait at most; 10 s unless given. */
  readonly timeout?: Duration
}

/** Options of strategies that look again and again. */
export interface PollOptions extends ReadyOptions {
  /** The longest pause between two looks; 50 ms unless given. The first ones come sooner. */
  readonly interval?: Duration
}

const TIMEOUT = 10_000
const INTERVAL = 50

/** The options in milliseconds, after a look at their names. */
export function readTimes(
  options: PollOptions,
  known: readonly string[],
  name: string,
): { timeout: number; interval: number } {
  checkOptions(options, known, name)
  const { timeout, interval } = options
  return {
    timeout: timeout === undefined ? TIMEOUT : parseDuration(timeout, `${name} timeout`),
    interval: interval === undefined ? INTERVAL : parseDuration(interval, `${name} interval`),
  }
}
