import { NetrigError } from '../base/errors.js'
import { checkOptions } from '../base/suggest.js'
import {
  type Duration,
  parseDuration,
  parseRate,
  parseRatio,
  type Rate,
  type Ratio,
} from '../base/units.js'

/** What a link does to packets, as people write it. What is left out does nothing. */
export interface LinkConditions {
  /** How long a packet takes to the other end, one way. */
  readonly delay?: Duration | undefined
  /** The standard deviation of the delay (normal distribution, never below zero, order is kept). */
  readonly jitter?: Duration | undefined
  /** The share of packets that is lost, each by its own chance. */
  readonly loss?: Ratio | undefined
  /** How fast bits leave the sender, ethernet headers included. */
  readonly rate?: Rate | 'unlimited' | undefined
  /** How many packets may wait in front of `rate`; what comes then is dropped. */
  readonly queue?: number | undefined
}

/** The same for one direction, checked and in whole numbers. */
export interface NormalConditions {
  /** Nanoseconds. */
  readonly delay: number
  /** Nanoseconds, one standard deviation. */
  readonly jitter: number
  /** Packets out of 10^9. */
  readonly loss: number
  /** Bits per second; 0 is without limit. */
  readonly rate: number
  /** Packets; undefined: sized from rate and delay. */
  readonly queue: number | undefined
}

/** The options of {@link LinkConditions}, for those who take them together with others. */
export const conditionNames = ['delay', 'jitter', 'loss', 'rate', 'queue'] as const

/** A wire that does nothing to packets. */
export const perfect: NormalConditions = {
  delay: 0,
  jitter: 0,
  loss: 0,
  rate: 0,
  queue: undefined,
}

const NS_PER_MS = 1e6
const HOUR = 3600e3 * NS_PER_MS
/** What an engine computes with without running over (native/relay/command.c). */
const MOST = { delay: 24 * HOUR, jitter: HOUR, rate: 1e12, queue: 1e6 } as const

/**
 * Reads conditions and puts them over those that hold: what is left out stays as it was.
 *
 * @param what whose conditions they are, as errors name it: `link r-lan`
 * @throws NetrigError INVALID_OPTION for an option that does not exist (with the nearest known one)
 *   or a value out of bounds, INVALID_UNIT for a text that cannot be read
 */
export function parseConditions(
  options: LinkConditions,
  what: string,
  current: NormalConditions = perfect,
): NormalConditions {
  checkOptions(options, conditionNames, what)
  const { delay, jitter, loss, rate, queue } = options
  return {
    delay: delay === undefined ? current.delay : time(delay, 'delay', what),
    jitter: jitter === undefined ? current.jitter : time(jitter, 'jitter', what),
    loss: loss === undefined ? current.loss : share(loss, what),
    rate: rate === undefined ? current.rate : speed(rate, what),
    queue: queue === undefined ? current.queue : packets(queue, what),
  }
}

/** Whether a wire with these conditions does nothing to packets. */
export function isPerfect(conditions: NormalConditions): boolean {
  const { delay, jitter, loss, rate } = conditions
  return delay === 0 && jitter === 0 && loss === 0 && rate === 0
}

function time(value: Duration, name: 'delay' | 'jitter', what: string): number {
  const ns = Math.round(parseDuration(value, `${name} of ${what}`) * NS_PER_MS)
  if (ns > MOST[name]) throw tooMuch(name, value, what, `${MOST[name] / HOUR}h`)
  return ns
}

function share(value: Ratio, what: string): number {
  const ratio = parseRatio(value, `loss of ${what}`)
  return ratio === 0 ? 0 : Math.max(1, Math.round(ratio * 1e9))
}

function speed(value: Rate | 'unlimited', what: string): number {
  if (value === 'unlimited') return 0
  const rate = parseRate(value, `rate of ${what}`)
  if (rate > MOST.rate) throw tooMuch('rate', value, what, '1tbit')
  return rate
}

function packets(value: number, what: string): number {
  if (!Number.isInteger(value) || value < 1) {
    throw new NetrigError(
      'INVALID_OPTION',
      `queue of ${what}: ${value} is not a whole number of packets, at least 1.`,
      { object: `queue of ${what}` },
    )
  }
  if (value > MOST.queue) throw tooMuch('queue', value, what, String(MOST.queue))
  return value
}

function tooMuch(name: string, value: unknown, what: string, most: string): NetrigError {
  return new NetrigError(
    'INVALID_OPTION',
    `${name} of ${what}: ${value} is more than a wire can do: at most ${most}.`,
    { object: `${name} of ${what}` },
  )
}
