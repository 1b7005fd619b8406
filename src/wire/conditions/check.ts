import { NetrigError } from '../../base/errors.js'
import { type Duration, parseDuration, parseRatio, type Ratio } from '../../base/units.js'

/** Probabilities are whole numbers of these: one out of 10^9. */
export const PPB = 1e9
export const NS_PER_MS = 1e6
export const HOUR_NS = 3600e3 * NS_PER_MS

/** A condition that cannot be. `what` is whose, as errors name it: `link r-lan`. */
export function refuse(name: string, what: string, problem: string, hint?: string): NetrigError {
  const object = `${name} of ${what}`
  return new NetrigError('INVALID_OPTION', `${object}: ${problem}.`, { object, hint })
}

/** Nanoseconds, at most an hour. */
export function nanoseconds(value: Duration, name: string, what: string): number {
  const ns = Math.round(parseDuration(value, `${name} of ${what}`) * NS_PER_MS)
  if (ns <= HOUR_NS) return ns
  throw refuse(name, what, `${value} is more than a wire can do: at most an hour`)
}

/** Parts of 10^9; what is more than nothing stays more than nothing. */
export function probability(value: Ratio, name: string, what: string): number {
  const ratio = parseRatio(value, `${name} of ${what}`)
  return ratio === 0 ? 0 : Math.max(1, Math.round(ratio * PPB))
}

/** A whole number within bounds. */
export function whole(
  value: unknown,
  name: string,
  what: string,
  [least, most]: readonly [number, number],
  unit = '',
): number {
  if (Number.isInteger(value) && Number(value) >= least && Number(value) <= most)
    return Number(value)
  const number = unit === '' ? 'a whole number' : `a whole number of ${unit}`
  throw refuse(name, what, `${String(value)} is not ${number} from ${least} to ${most}`)
}

/** True for `{ ... }`, which several conditions take beside a plain value. */
export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
