/** Where in the test's code a program was started. */
export interface Place {
  readonly stack?: string
}

/**
 * Remembers the callers of `above`. The frames become text only when somebody asks, so this costs little.
 */
export function placeAbove(above: (...args: never[]) => unknown): Place {
  const place: Place = {}
  Error.captureStackTrace(place, above)
  return place
}

/**
 * Lets an error point to where the program was started: what it was made by long after that tells nobody
 * anything, and awaiting a subprocess leaves no trace of its own.
 */
export function pointTo<T>(error: T, place: Place): T {
  const frames = place.stack?.split('\n').filter((line) => line.startsWith('    at ')) ?? []
  if (!(error instanceof Error) || frames.length === 0) return error
  error.stack = `${error.name}: ${error.message}\n${frames.join('\n')}`
  return error
}
