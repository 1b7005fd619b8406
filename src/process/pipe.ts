import type { ResultPromise, TemplateExpression } from 'execa'
import type { Command } from './launch.js'
import type { ExecOptions } from './options.js'
import { finalError } from './outcome.js'
import { isTemplate } from './template.js'

type Start = (command: Command, options: ExecOptions) => ResultPromise
type Pipe = (destination: unknown, options?: object) => Piped
type Piped = Promise<unknown> & { pipe: Pipe }

/** Options of a pipe rather than of its destination (types/pipe.d.ts in execa). */
const PIPE_OPTIONS = ['from', 'to', 'unpipeSignal'] as const

function split(given: object): { pipe: object; options: ExecOptions } {
  const pipe: Record<string, unknown> = {}
  const options: Record<string, unknown> = { ...given }
  for (const key of PIPE_OPTIONS) {
    if (!(key in options)) continue
    pipe[key] = options[key]
    delete options[key]
  }
  return { pipe, options: { ...options, stdin: 'pipe' } }
}

/**
 * Makes `.pipe('sort')` and ``.pipe`sort` `` run in the host, as execa would run them on the machine.
 * Commands that run already, in whichever host, are piped to as ever.
 */
export function pipeInHost(
  source: { pipe: unknown },
  promise: Promise<unknown>,
  start: Start,
): void {
  const original = source.pipe as Pipe
  const to = (destination: unknown, options?: object): Piped => {
    const raw = original(destination, options)
    // execa looks at its own promise of the source, which knows less of why a command did not run.
    const judged = promise.catch(() => undefined)
    const piped = raw.catch(async (error: unknown) => {
      await judged
      throw finalError(error)
    })
    const result = Object.assign(piped, { pipe: raw.pipe })
    pipeInHost(result, result, start)
    return result
  }
  const pipe = (bound: object, first: unknown, ...others: unknown[]): unknown => {
    if (isTemplate(first)) {
      const { pipe: how, options } = split(bound)
      const expressions = others as TemplateExpression[]
      return to(start({ templates: first, expressions }, options), how)
    }
    if (typeof first === 'string' || first instanceof URL) {
      const list = Array.isArray(others[0])
      const given = (list ? others[1] : others[0]) as object | undefined
      const { pipe: how, options } = split({ ...bound, ...given })
      const args = list ? (others[0] as string[]) : []
      return to(start({ file: first, args }, options), how)
    }
    if (isPlain(first)) return pipe.bind(undefined, { ...bound, ...first })
    return to(first, others[0] as object | undefined)
  }
  source.pipe = pipe.bind(undefined, {})
}

function isPlain(value: unknown): value is object {
  return (
    typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype
  )
}
