import { NetrigError } from '../base/errors.js'

/** Seeds from `first` to `last`, both included. */
export interface SeedRange {
  readonly first: number
  readonly last: number
}

function wrong(text: string, why: string): NetrigError {
  return new NetrigError('INVALID_OPTION', `--seeds '${text}': ${why}.`, {
    operation: 'explore',
    object: '--seeds',
    hint: 'write 1..200, 7, or several with commas between: 1..50,77',
  })
}

function seedOf(digits: string, text: string): number {
  const seed = Number(digits)
  if (/^\d+$/.test(digits) && Number.isSafeInteger(seed)) return seed
  throw wrong(text, `'${digits}' is no whole number from 0 to ${Number.MAX_SAFE_INTEGER}`)
}

/**
 * Reads `1..200`, `7` or `1..50,77`.
 *
 * @returns ranges in ascending order, none of which touch
 * @throws NetrigError INVALID_OPTION
 */
export function parseSeeds(text: string): SeedRange[] {
  const ranges = text.split(',').map((part) => {
    const [first = '', last = first, ...more] = part.trim().split('..')
    if (more.length > 0) throw wrong(text, `'${part}' is no range`)
    const range = { first: seedOf(first, text), last: seedOf(last, text) }
    if (range.last < range.first) throw wrong(text, `${part} runs backwards`)
    return range
  })
  return joined(ranges)
}

function joined(ranges: readonly SeedRange[]): SeedRange[] {
  const result: SeedRange[] = []
  for (const range of [...ranges].sort((a, b) => a.first - b.first)) {
    const before = result.at(-1)
    if (before !== undefined && range.first <= before.last + 1) {
      result[result.length - 1] = { first: before.first, last: Math.max(before.last, range.last) }
    } else result.push(range)
  }
  return result
}

/** Seeds as {@link parseSeeds} reads them: `1..50,77`. */
export function formatSeeds(seeds: Iterable<number>): string {
  const ranges = joined([...seeds].map((seed) => ({ first: seed, last: seed })))
  return formatRanges(ranges)
}

/** Ranges as {@link parseSeeds} reads them. */
export function formatRanges(ranges: readonly SeedRange[]): string {
  return ranges
    .map(({ first, last }) => (first === last ? `${first}` : `${first}..${last}`))
    .join(',')
}

export function countSeeds(ranges: readonly SeedRange[]): number {
  return ranges.reduce((sum, { first, last }) => sum + last - first + 1, 0)
}

/** The seeds of some ranges, one after the other; made as they are asked for. */
export function* eachSeed(ranges: readonly SeedRange[]): Generator<number> {
  for (const { first, last } of ranges) for (let seed = first; seed <= last; seed++) yield seed
}

/** The seeds of some ranges, and then those that follow, without end. */
export function* endlessSeeds(ranges: readonly SeedRange[]): Generator<number> {
  yield* eachSeed(ranges)
  for (let seed = (ranges.at(-1)?.last ?? 0) + 1; Number.isSafeInteger(seed); seed++) yield seed
}
