import type { ResultPromise } from 'execa'
import type { Prefix } from './prefix.js'

/** The parts of execa's results and errors that name the command and its surroundings. */
export interface Named {
  command?: string
  escapedCommand?: string
  shortMessage?: string
  message?: string
  stack?: string
  cwd?: string
  stdio?: unknown[]
}

const SHOWN = ['command', 'escapedCommand', 'shortMessage', 'message', 'stack'] as const

/**
 * Takes all traces of an outer end out of what execa says of a command.
 *
 * @param fds how many descriptors are the command's own; undefined: all
 */
export function nameCommand(
  outcome: Named,
  { prefix, cwd, fds }: { prefix: Prefix; cwd: string; fds: number | undefined },
): void {
  for (const key of SHOWN) {
    const text = outcome[key]
    if (typeof text === 'string') outcome[key] = prefix.without(text)
  }
  outcome.cwd = cwd
  if (fds !== undefined) outcome.stdio?.splice(fds)
}

/** Lets what execa has returned be awaited as another promise; execa's own, on which pipes wait, is as it was. */
export function awaitInstead(subprocess: ResultPromise, promise: Promise<unknown>): void {
  for (const name of ['then', 'catch', 'finally'] as const) {
    Object.defineProperty(subprocess, name, {
      configurable: true,
      enumerable: false,
      writable: true,
      value: promise[name].bind(promise),
    })
  }
}
