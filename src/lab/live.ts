import { relative } from 'node:path'

interface Unstopped {
  readonly name: string
  readonly place: string
}

const live = new Map<string, Unstopped>()
let stated: string | undefined

/**
 * Makes a lab in the name of a place: where a fixture makes it, only the runner and netrig itself
 * stand on the stack. `make` is to call createLab() before it waits for anything.
 */
export function madeAt<T>(place: string, make: () => T): T {
  stated = place
  try {
    return make()
  } finally {
    stated = undefined
  }
}

/** Where in the test's own code a lab was made. */
export function callerPlace(above: (...args: never[]) => unknown): string {
  if (stated !== undefined) return stated
  const holder: { stack?: string } = {}
  Error.captureStackTrace(holder, above)
  for (const line of holder.stack?.split('\n').slice(1) ?? []) {
    const place = /\(?((?:file:\/\/)?\/[^()]+:\d+):\d+\)?$/.exec(line.trim())?.[1]
    if (place === undefined || place.includes('/node_modules/')) continue
    return relative(process.cwd(), place.replace('file://', '')) || place
  }
  return 'unknown place'
}

/** A lab of this process that nobody has stopped yet. */
export interface LiveLab extends Unstopped {
  readonly id: string
}

export function liveLabs(): LiveLab[] {
  return [...live].map(([id, lab]) => ({ id, ...lab }))
}

/** Remembers a lab until it is stopped; a process that ends before names it. */
export function watchLab(id: string, lab: Unstopped): void {
  if (live.size === 0) process.once('exit', warn)
  live.set(id, lab)
}

export function forgetLab(id: string): void {
  live.delete(id)
  if (live.size === 0) process.removeListener('exit', warn)
}

function warn(): void {
  for (const { name, place } of live.values()) {
    process.stderr.write(
      `netrig: lab '${name}', made at ${place}, was not stopped. It ends now with this process; ` +
        'write `await using lab = ...` or `await lab.stop()`.\n',
    )
  }
}
