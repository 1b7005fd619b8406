import { clearTimeout, setTimeout } from 'node:timers'
import { setTimeout as sleep } from 'node:timers/promises'
import { NetrigError } from '../base/errors.js'
import type { Life } from './life.js'
import { pointTo } from './place.js'
import type { ReadyStrategy, ReadyWatch } from './ready/strategy.js'

/** Milliseconds between SIGTERM and SIGKILL for a program that did not become ready. */
const GRACE = 2000

/** Milliseconds for a try that was told to end. */
const TRY_LIMIT = 1000

async function settledWithin(promise: Promise<unknown>, limit: number): Promise<void> {
  const settled = promise.then(
    () => undefined,
    () => undefined,
  )
  const timer = new AbortController()
  const late = sleep(limit, undefined, { signal: timer.signal }).catch(() => undefined)
  await Promise.race([settled, late])
  timer.abort()
}

/** The last lines of a program's output, to end an error's message with. */
export function quoteLines(lines: readonly string[]): string {
  if (lines.length === 0) return 'It wrote nothing.'
  return `The last it wrote:\n${lines.map((line) => `  | ${line}`).join('\n')}`
}

function describeExit({ exit }: Life): string {
  if (exit?.signal !== undefined) return `was ended by ${exit.signal}`
  return `ended with exit code ${exit?.exitCode}`
}

/**
 * Waits until a program is ready; one that does not become ready is stopped.
 *
 * @throws NetrigError why the program did not run, `PROGRAM_FAILED` when it ended before, `NOT_READY`
 * when the time was over
 */
export async function waitReady(life: Life, strategy: ReadyStrategy | undefined): Promise<void> {
  if (strategy === undefined) return life.started
  const { site } = life
  const what = `host ${site.host}: '${life.words.join(' ')}'`
  const end = new AbortController()
  let reason: unknown
  const watch: ReadyWatch = {
    site,
    output: life.output,
    cwd: life.cwd,
    started: life.started.catch(() => undefined),
    get pid() {
      return life.pid
    },
    signal: end.signal,
    note: (why) => {
      if (!end.signal.aborted) reason = why
    },
  }
  const detail = { operation: 'host.spawn', object: `host ${site.host}` }
  const ended = life.exited.then(() => {
    if (life.failure !== undefined) throw life.failure
    const sentence = `${what} ${describeExit(life)} before it was ready; waited for ${strategy.describe()}.`
    const lines = quoteLines(life.output.lastLines)
    throw new NetrigError('PROGRAM_FAILED', `${sentence}\n${lines}`, detail)
  })
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      const last = reason === undefined ? '' : ` The last try: ${textOf(reason)}.`
      const sentence = `${what} is not ready after ${strategy.timeout} ms; waited for ${strategy.describe()}.`
      const lines = quoteLines(life.output.lastLines)
      reject(
        new NetrigError('NOT_READY', `${sentence}${last}\n${lines}`, { ...detail, cause: reason }),
      )
    }, strategy.timeout)
  })
  const ready = strategy.wait(watch)
  try {
    await Promise.race([ready, ended, late])
    site.record({ type: 'program.ready', subject: site.host, detail: life.words.join(' ') })
  } catch (error) {
    end.abort()
    // What a try has started is to be gone as well; a test's own function may never end.
    await Promise.all([life.stop(GRACE), settledWithin(ready, TRY_LIMIT)])
    throw pointTo(error, life.place)
  } finally {
    clearTimeout(timer)
    end.abort()
    ready.catch(() => undefined)
    ended.catch(() => undefined)
  }
}

function textOf(reason: unknown): string {
  const text = reason instanceof Error ? reason.message : String(reason)
  return text.split('\n')[0]!.replace(/\.$/, '')
}
