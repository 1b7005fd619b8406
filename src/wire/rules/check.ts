import { NetrigError } from '../../base/errors.js'

/** An error about one option of a rule. */
export function refuse(option: string, problem: string, hint?: string): NetrigError {
  return new NetrigError('INVALID_OPTION', `link.rule: ${option} ${problem}.`, {
    operation: 'link.rule',
    object: option,
    hint,
  })
}

export function listOf<T>(value: T | readonly T[]): readonly T[] {
  return Array.isArray(value) ? value : [value as T]
}

/** @throws NetrigError INVALID_OPTION */
export function wholeNumber(value: unknown, option: string, least = 1): number {
  if (typeof value === 'number' && Number.isSafeInteger(value) && value >= least) return value
  throw refuse(option, `is to be a whole number, at least ${least}, not ${String(value)}`)
}
