import { checkOptions, nearest } from '../../base/suggest.js'
import { parseDuration } from '../../base/units.js'
import { refuse, wholeNumber } from './check.js'
import type { RuleAction, RuleVerdict } from './model.js'

const NS_PER_MS = 1e6
/** native/relay/action.c */
const LONGEST = 3_600_000
const MOST_COPIES = 1000

const PLAIN: Readonly<Record<string, string>> = {
  drop: 'drop',
  pass: 'pass',
  duplicate: 'duplicate,1',
  corrupt: 'corrupt,0',
  reset: 'reset,3',
  reject: 'reject',
}
const ENDS: Readonly<Record<string, number>> = { sender: 1, receiver: 2, both: 3 }
const NAMES = ['delay', 'duplicate', 'corrupt', 'reset']

/**
 * An action as the relay takes it.
 *
 * @throws NetrigError INVALID_OPTION, INVALID_UNIT
 */
export function actionWord(action: RuleAction): string {
  if (typeof action === 'string') return PLAIN[action] ?? refusePlain(action)
  checkOptions(action, NAMES, 'link.rule: do')
  const entries = Object.entries(action as object).filter(([, value]) => value !== undefined)
  const [name, value] = entries[0] ?? []
  if (entries.length !== 1) throw refuse('do', 'is to be one action')
  switch (name) {
    case 'delay':
      return `delay,${nanoseconds(value, 'delay')}`
    case 'duplicate': {
      const copies = wholeNumber(value, 'duplicate')
      if (copies <= MOST_COPIES) return `duplicate,${copies}`
      throw refuse('duplicate', `is to be at most ${MOST_COPIES} copies`)
    }
    case 'corrupt': {
      checkOptions(value, ['mend'], 'link.rule: corrupt')
      return `corrupt,${(value as { mend?: boolean }).mend === true ? 1 : 0}`
    }
    default: {
      const ends = ENDS[String(value)]
      if (ends !== undefined) return `reset,${ends}`
      throw refuse('reset', `'${String(value)}' is none of ${Object.keys(ENDS).join(', ')}`)
    }
  }
}

/** @throws NetrigError INVALID_UNIT, INVALID_OPTION */
export function nanoseconds(value: unknown, option: string): number {
  const ms = parseDuration(value as number, `link.rule: ${option}`)
  if (ms <= LONGEST) return Math.round(ms * NS_PER_MS)
  throw refuse(option, `${String(value)} is longer than an hour`)
}

/**
 * What a function said about one packet, as words of an answer.
 *
 * @throws NetrigError as {@link actionWord}
 */
export function verdictWords(verdict: RuleVerdict | undefined): readonly string[] {
  if (verdict === undefined || verdict === null) return ['pass']
  if (typeof verdict === 'object' && 'replace' in verdict) {
    const { replace } = verdict
    if (replace instanceof Uint8Array && replace.length >= 14 && replace.length <= 65_535) {
      return ['pass', Buffer.from(replace).toString('hex')]
    }
    throw refuse('replace', 'is to be a whole frame of 14 to 65535 bytes')
  }
  return [actionWord(verdict)]
}

function refusePlain(action: string): never {
  if (action === 'delay') throw refuse('do', "'delay' is to say how long", "write { delay: '1s' }")
  const known = [...Object.keys(PLAIN), 'delay']
  const meant = nearest(String(action), known)
  throw refuse(
    'do',
    `'${String(action)}' is none of ${known.join(', ')}, and no function`,
    meant && `did you mean '${meant}'?`,
  )
}
