import { NetrigError } from './errors.js'

/**
 * The candidate that was probably meant: the one that takes the fewest edits to reach (insertion,
 * deletion, substitution, swap of two neighbours), as long as that is at most a third of the
 * word, and one edit in any case. Case does not count as an edit.
 */
export function nearest(word: string, candidates: Iterable<string>): string | undefined {
  const limit = Math.max(1, Math.floor(word.length / 3))
  let best: string | undefined
  let fewest = limit + 1
  for (const candidate of candidates) {
    // One edit turns any one-letter word into any other: no likeness there.
    if (candidate.length === 1 && candidate.toLowerCase() !== word.toLowerCase()) continue
    if (Math.abs(candidate.length - word.length) >= fewest) continue
    const edits = editDistance(word.toLowerCase(), candidate.toLowerCase())
    if (edits < fewest) {
      fewest = edits
      best = candidate
    }
  }
  return best
}

/** Optimal string alignment distance (Damerau-Levenshtein without editing a substring twice). */
export function editDistance(a: string, b: string): number {
  let beforeLast: number[] = []
  let last = Array.from({ length: b.length + 1 }, (_, column) => column)
  for (let row = 1; row <= a.length; row++) {
    const current = [row]
    for (let column = 1; column <= b.length; column++) {
      const same = a[row - 1] === b[column - 1]
      let edits = Math.min(
        last[column]! + 1,
        current[column - 1]! + 1,
        last[column - 1]! + (same ? 0 : 1),
      )
      if (row > 1 && column > 1 && a[row - 1] === b[column - 2] && a[row - 2] === b[column - 1]) {
        edits = Math.min(edits, beforeLast[column - 2]! + 1)
      }
      current.push(edits)
    }
    beforeLast = last
    last = current
  }
  return last[b.length]!
}

/**
 * Refuses options that do not exist: a misspelt `{ delai: '20ms' }` would otherwise make a test
 * that passes for the wrong reason.
 *
 * @param options what the caller was given; `undefined` is no options
 * @param known every option there is
 * @param operation as the error names it, e.g. `lab.link`
 * @throws NetrigError INVALID_OPTION
 */
export function checkOptions(options: unknown, known: readonly string[], operation: string): void {
  if (options === undefined) return
  if (typeof options !== 'object' || options === null || Array.isArray(options)) {
    throw new NetrigError(
      'INVALID_OPTION',
      `${operation}: options are an object, not ${describe(options)}.`,
      { operation, hint: `known options: ${known.join(', ')}` },
    )
  }
  for (const key of Object.keys(options)) {
    if (known.includes(key)) continue
    const meant = nearest(key, known)
    throw new NetrigError('INVALID_OPTION', `${operation}: there is no option '${key}'.`, {
      operation,
      object: key,
      hint: `${meant === undefined ? '' : `did you mean '${meant}'? `}known options: ${known.join(', ')}`,
    })
  }
}

function describe(value: unknown): string {
  if (value === null) return 'null'
  if (Array.isArray(value)) return 'a list'
  return typeof value === 'string' ? `the text '${value}'` : `a ${typeof value}`
}
