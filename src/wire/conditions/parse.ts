import { checkOptions } from '../../base/suggest.js'
import { noChance, noReorder, parseChance, parseReorder } from './chance.js'
import { nanoseconds, refuse } from './check.js'
import { parseDistribution } from './distribution.js'
import { noLoss, parseLoss } from './loss.js'
import { conditionNames, type LinkConditions, type NormalConditions, perfect } from './model.js'
import { parseWireMtu } from './mtu.js'
import { presetConditions } from './presets.js'
import { parseQueue } from './queue.js'
import { parseLinkRate, plainFraming } from './rate.js'
import { readTrace } from './trace.js'

/**
 * Reads conditions of one direction and puts them over those that hold: what is left out stays as it was.
 * `down` is checked here and kept by the link.
 *
 * @param what whose conditions they are, as errors name it: `link r-lan`
 * @param from which end sends, 0 or 1: presets differ
 * @throws NetrigError INVALID_OPTION for an option that does not exist (with the nearest known one), a value
 *   out of bounds or options that contradict each other, INVALID_UNIT for a text that cannot be read
 */
export function parseConditions(
  options: LinkConditions,
  what: string,
  current: NormalConditions = perfect,
  from: 0 | 1 = 0,
): NormalConditions {
  checkOptions(options, conditionNames, what)
  if (options.preset !== undefined) {
    const { preset, ...over } = options
    const base = parseConditions(presetConditions(preset, from, what), what)
    return parseConditions(over, what, base, from)
  }
  if (options.down !== undefined && typeof options.down !== 'boolean') {
    throw refuse('down', what, `${String(options.down)} is neither true nor false`)
  }
  const next = { ...current, ...read(options, what) }
  // A rate and a trace are two answers to one question: the newer goes before the older.
  if (options.rate !== undefined && options.trace === undefined) next.trace = undefined
  if (next.trace !== undefined && options.rate === undefined) {
    next.rate = 0
    next.framing = plainFraming
  }
  checkTogether(options, next, what)
  return next
}

type Mutable = { -readonly [Key in keyof NormalConditions]: NormalConditions[Key] }

/** What is named, and nothing else. */
function read(options: LinkConditions, what: string): Partial<Mutable> {
  const next: Partial<Mutable> = {}
  if (options.delay !== undefined) next.delay = nanoseconds(options.delay, 'delay', what)
  if (options.jitter !== undefined) next.jitter = nanoseconds(options.jitter, 'jitter', what)
  if (options.distribution !== undefined)
    next.distribution = parseDistribution(options.distribution, what)
  if (options.loss !== undefined)
    next.loss = options.loss === 0 ? noLoss : parseLoss(options.loss, what)
  if (options.duplicate !== undefined)
    next.duplicate = orNothing(parseChance(options.duplicate, 'duplicate', what), noChance)
  if (options.reorder !== undefined)
    next.reorder = orNothing(parseReorder(options.reorder, what), noReorder)
  if (options.corrupt !== undefined)
    next.corrupt = orNothing(parseChance(options.corrupt, 'corrupt', what), noChance)
  if (options.rate !== undefined) Object.assign(next, parseLinkRate(options.rate, what))
  if (options.queue !== undefined) next.queue = parseQueue(options.queue, what)
  if (options.mtu !== undefined) next.mtu = parseWireMtu(options.mtu, what)
  if (options.trace !== undefined)
    next.trace = options.trace === 'none' ? undefined : readTrace(options.trace, what)
  return next
}

function orNothing<T extends { readonly rate: number }>(chance: T, nothing: T): T {
  return chance.rate === 0 ? nothing : chance
}

/** What is asked for now and can do nothing, or not both at once. */
function checkTogether(options: LinkConditions, next: NormalConditions, what: string): void {
  const limited = next.rate > 0 || next.trace !== undefined
  if (options.rate !== undefined && options.rate !== 'unlimited' && next.trace !== undefined) {
    throw refuse(
      'trace',
      what,
      'a trace says when packets leave, and so does `rate`',
      'leave one out',
    )
  }
  if (options.queue !== undefined && !limited) {
    throw refuse(
      'queue',
      what,
      'nothing waits where there is no rate',
      "write a rate beside it, e.g. { rate: '10mbit', queue: '50ms' }",
    )
  }
  if (options.distribution !== undefined && next.jitter === 0) {
    throw refuse(
      'distribution',
      what,
      'nothing varies where there is no jitter',
      'write `jitter`, too',
    )
  }
  if (options.reorder !== undefined && next.reorder.rate > 0 && next.delay + next.jitter === 0) {
    throw refuse(
      'reorder',
      what,
      'a packet overtakes others by not being delayed, and there is no delay',
      'write `delay`, too',
    )
  }
}
