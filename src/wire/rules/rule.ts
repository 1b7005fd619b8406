import { checkOptions } from '../../base/suggest.js'
import { actionWord, nanoseconds } from './action.js'
import { refuse } from './check.js'
import { matchWords } from './match.js'
import type { NormalRule, RuleOptions } from './model.js'

const OPTIONS = ['match', 'do', 'timeout', 'otherwise'] as const
const TIMEOUT = '1s'

/**
 * Reads a rule.
 *
 * @throws NetrigError INVALID_OPTION (with the nearest known one), INVALID_UNIT, INVALID_ADDRESS
 */
export function parseRule(options: RuleOptions): NormalRule {
  checkOptions(options, OPTIONS, 'link.rule')
  const { match = {}, do: action, timeout, otherwise = 'pass' } = options ?? {}
  if (action === undefined) {
    throw refuse('do', 'is missing', "write what becomes of a packet, e.g. { do: 'drop' }")
  }
  const asks = typeof action === 'function'
  if (!asks && (timeout !== undefined || options.otherwise !== undefined)) {
    const option = timeout !== undefined ? 'timeout' : 'otherwise'
    throw refuse(option, 'is for a rule whose `do` is a function')
  }
  if (otherwise !== 'pass' && otherwise !== 'drop') {
    throw refuse('otherwise', `'${String(otherwise)}' is neither 'pass' nor 'drop'`)
  }
  const patience = nanoseconds(timeout ?? TIMEOUT, 'timeout')
  if (patience === 0) throw refuse('timeout', 'leaves no time at all')
  const word = asks ? `ask,${patience},${otherwise === 'drop' ? 1 : 0}` : actionWord(action)
  return {
    words: [`do=${word}`, ...matchWords(match)],
    label: `${describeDo(action)} ${describeMatch(match)}`,
    ask: asks ? action : undefined,
    otherwise,
  }
}

function describeDo(action: RuleOptions['do']): string {
  if (typeof action === 'function') return `function ${action.name || '(unnamed)'} for`
  if (typeof action === 'string') return action
  return Object.entries(action)
    .map(([name, value]) => `${name} ${typeof value === 'object' ? JSON.stringify(value) : value}`)
    .join(' ')
}

function describeMatch(match: NonNullable<RuleOptions['match']>): string {
  const parts = Object.entries(match).filter(([, value]) => value !== undefined)
  if (parts.length === 0) return 'every packet'
  return parts.map(([name, value]) => `${name} ${text(value)}`).join(', ')
}

function text(value: unknown): string {
  if (value instanceof Uint8Array) return `${value.length} bytes`
  return typeof value === 'object' ? JSON.stringify(value) : String(value)
}
