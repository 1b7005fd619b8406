import { NetrigError } from '../base/errors.js'

/** One of several machines that share the seeds. */
export interface Shard {
  /** From 1. */
  readonly index: number
  readonly count: number
}

/** Where Kubernetes tells a pod of an indexed Job its number, from 0 (batch.kubernetes.io). */
const JOB_INDEX = 'JOB_COMPLETION_INDEX'

function wrong(text: string, why: string, hint: string): NetrigError {
  return new NetrigError('INVALID_OPTION', `--shard '${text}': ${why}.`, {
    operation: 'explore',
    object: '--shard',
    hint,
  })
}

/**
 * Reads `2/5`, the second of five, as vitest does; and `auto/5`, whose number is the one that
 * Kubernetes gave this pod of an indexed Job.
 *
 * @throws NetrigError INVALID_OPTION
 */
export function parseShard(text: string, env: Readonly<Record<string, string | undefined>>): Shard {
  const hint = 'write 2/5 for the second of five machines, or auto/5 in an indexed Job'
  const [, which = '', total = ''] = /^(\d+|auto)\/(\d+)$/.exec(text) ?? []
  const count = Number(total)
  if (which === '' || !Number.isSafeInteger(count)) throw wrong(text, 'is no shard', hint)
  if (count === 0) throw wrong(text, 'none of no machines', hint)
  const index = which === 'auto' ? jobIndex(text, env) : Number(which)
  if (index < 1 || index > count) {
    const number = which === 'auto' ? `${JOB_INDEX} is ${index - 1}` : `there is no ${index}`
    const range = which === 'auto' ? `0 to ${count - 1}` : `1 to ${count}`
    throw wrong(text, `${number}, and it counts from ${range}`, hint)
  }
  return { index, count }
}

function jobIndex(text: string, env: Readonly<Record<string, string | undefined>>): number {
  const value = env[JOB_INDEX]
  if (value !== undefined && /^\d+$/.test(value)) return Number(value) + 1
  throw wrong(
    text,
    value === undefined ? `${JOB_INDEX} is not set` : `${JOB_INDEX} is '${value}', no number`,
    "Kubernetes sets it in the pods of a Job with completionMode: Indexed; elsewhere write the number, as in '1/5'",
  )
}

/**
 * A shard's part of the seeds: every count-th, so that it works for seeds without end, and no
 * shard has more than one seed more than another.
 */
export function* takeShard<T>(items: Iterable<T>, { index, count }: Shard): Generator<T> {
  let at = 0
  for (const item of items) if (at++ % count === index - 1) yield item
}

/** How many of so many seeds are a shard's. */
export function shardSize(total: number, { index, count }: Shard): number {
  return Math.ceil(Math.max(0, total - (index - 1)) / count)
}
