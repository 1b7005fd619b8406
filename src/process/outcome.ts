import type { ResultPromise } from 'execa'
import { NetrigError } from '../base/errors.js'
import type { Prefix } from '../base/prefix.js'
import { awaitInstead, type Named, nameCommand } from '../base/result.js'
import { type Attempt, startError } from './failure.js'
import { type Place, pointTo } from './place.js'
import type { Tag } from './tags.js'

/**
 * How native/enter ends when the program did not run, if the program has not ended so itself; and how
 * long the keeper's news may take to arrive, in ms. After 125 (EXIT_USAGE: no host, no lab) none come.
 */
const DOUBTFUL = new Map([
  [125, 250],
  [126, 5000],
  [127, 5000],
])

interface Naming extends Named {
  exitCode?: number
}

/** What is known of a command besides what execa knows. */
export interface Context {
  readonly prefix: Prefix
  readonly attempt: Attempt
  readonly tag: Tag
  readonly place: Place
  over(): void
  readonly stdioLength: number | undefined
  /** Why the program was not let start, if it was not. */
  refusal(): NetrigError | undefined
  /** Why the host runs nothing now, if it does not. */
  down(): NetrigError | undefined
}

/** Takes all traces of `enter` out of a result or an error of execa. */
function clean(outcome: Naming, { prefix, attempt, stdioLength }: Context): void {
  nameCommand(outcome, { prefix, cwd: attempt.cwd, fds: stdioLength })
}

/** The error of a program that never ran, with execa's fields; undefined if it did run. */
async function neverRan(error: Naming, context: Context): Promise<NetrigError | undefined> {
  const { tag, attempt } = context
  let why = context.refusal()
  if (why === undefined) {
    const limit = DOUBTFUL.get(error.exitCode ?? 0)
    if (limit === undefined) return undefined
    await tag.until(() => tag.decided || context.down() !== undefined, limit)
    if (tag.pid !== undefined) return undefined
    why = tag.failure === undefined ? context.down() : startError(attempt, tag.failure)
  }
  why ??= new NetrigError(
    'HOST_DOWN',
    `Host ${attempt.host} went down before '${attempt.file}' ran in it.`,
    {
      operation: 'host.exec',
      object: `host ${attempt.host}`,
      hint: 'call host.restart()',
    },
  )
  // As an error of execa it has its fields, which are not worth printing.
  for (const [key, value] of Object.entries(error)) {
    if (key === 'code' || key === 'exitCode') continue
    Object.defineProperty(why, key, { value, configurable: true, writable: true })
  }
  const sentence = why.message.split('\n')[0]
  for (const key of ['shortMessage', 'originalMessage']) {
    Object.defineProperty(why, key, { value: sentence, configurable: true, writable: true })
  }
  return why
}

/** For errors of execa that were replaced: by what. */
const replaced = new WeakMap<object, unknown>()

/** What stands for an error of execa's: the reason why a command did not run, or the error itself. */
export function finalError(error: unknown): unknown {
  return (typeof error === 'object' && error !== null && replaced.get(error)) || error
}

/** True for what execa resolves or rejects with when a command failed. */
function hasFailed(outcome: unknown): outcome is Naming {
  return (
    typeof outcome === 'object' &&
    outcome !== null &&
    'failed' in outcome &&
    outcome.failed === true
  )
}

/**
 * Replaces the promise part of execa's answer by one that tells of the person's command, and of why
 * it did not run. execa's own promise, on which pipes wait, is handled.
 */
export function conclude(subprocess: ResultPromise, context: Context): Promise<unknown> {
  const judge = async (outcome: unknown): Promise<unknown> => {
    if (!hasFailed(outcome)) {
      if (typeof outcome === 'object' && outcome !== null) clean(outcome as Naming, context)
      context.over()
      return outcome
    }
    clean(outcome, context)
    const final = (await neverRan(outcome, context)) ?? outcome
    replaced.set(outcome, final)
    context.over()
    return pointTo(final, context.place)
  }
  const promise = subprocess.then(judge, async (error: unknown) => {
    throw await judge(error)
  })
  awaitInstead(subprocess, promise)
  return promise
}
