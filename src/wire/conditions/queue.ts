import { checkOptions } from '../../base/suggest.js'
import { type Duration, parseSize, type Size } from '../../base/units.js'
import { isRecord, nanoseconds, refuse, whole } from './check.js'
import { type Framing, framedBytes } from './rate.js'

/** How much may wait in front of a rate: a bare number or `packets`, `'64KiB'` or `bytes`, `'50ms'` or `time`. */
export type Queue =
  | number
  | Size
  | Duration
  | { readonly packets: number }
  | { readonly bytes: Size }
  | { readonly time: Duration }

/** Packets, bytes with ethernet headers, or nanoseconds at the link's rate. */
export interface NormalQueue {
  readonly unit: 'packets' | 'bytes' | 'time'
  readonly amount: number
}

/** What an engine computes with without running over. */
const MOST_PACKETS = 1e6
const MOST_BYTES = 2 ** 31

/** @throws NetrigError INVALID_OPTION, INVALID_UNIT */
export function parseQueue(value: Queue, what: string): NormalQueue {
  if (typeof value === 'number') return packets(value, what)
  if (typeof value === 'string') {
    return /B$/i.test(value) ? bytes(value as Size, what) : time(value as Duration, what)
  }
  if (!isRecord(value)) {
    throw refuse('queue', what, `${String(value)} is none of packets, bytes and milliseconds`)
  }
  checkOptions(value, ['packets', 'bytes', 'time'], `queue of ${what}`)
  const given = Object.entries(value).filter(([, one]) => one !== undefined)
  if (given.length !== 1) {
    throw refuse('queue', what, 'one of packets, bytes and time says how long it is')
  }
  const [unit, amount] = given[0]!
  if (unit === 'packets') return packets(amount as number, what)
  return unit === 'bytes' ? bytes(amount as Size, what) : time(amount as Duration, what)
}

function packets(value: number, what: string): NormalQueue {
  const amount = whole(value, 'queue', what, [1, MOST_PACKETS], 'packets')
  return { unit: 'packets', amount }
}

function bytes(value: Size, what: string): NormalQueue {
  const amount = parseSize(value, `queue of ${what}`)
  if (amount < 1) throw refuse('queue', what, 'no byte has room in it')
  if (amount > MOST_BYTES) throw refuse('queue', what, `${value} is too long: at most 2GiB`)
  return { unit: 'bytes', amount }
}

function time(value: Duration, what: string): NormalQueue {
  const amount = nanoseconds(value, 'queue', what)
  if (amount === 0) throw refuse('queue', what, 'no time at all is no queue')
  return { unit: 'time', amount }
}

/** What {@link queuePackets} asks of a wire. */
export interface Queued {
  readonly delay: number
  readonly jitter: number
  readonly rate: number
  readonly framing: Framing
  readonly queue: NormalQueue | undefined
}

/** A full packet on the wire: 1500 bytes and an ethernet header. */
export const FULL_FRAME = 1514
const LEAST_TIME = 100e6
const LEAST_PACKETS = 64

/**
 * How many packets wait in front of the rate before more are dropped. Bytes and times are turned into
 * packets of `frame` bytes. Where nobody said: as many as leave within 100 ms or one round trip, whichever
 * is longer, and at least 64. With less, one TCP connection could not fill the link; a fixed number is far
 * too many for a slow link or too few for a fast one.
 *
 * @param frame bytes of a full packet with its ethernet header
 */
export function queuePackets(conditions: Queued, frame = FULL_FRAME): number {
  const { delay, jitter, rate, framing, queue } = conditions
  if (rate === 0) return 0
  const bits = 8 * framedBytes(frame, framing)
  const within = (ns: number) => ((rate / bits) * ns) / 1e9
  if (queue === undefined) {
    const round = Math.max(LEAST_TIME, 2 * (delay + jitter))
    return Math.min(MOST_PACKETS, Math.max(LEAST_PACKETS, Math.ceil(within(round))))
  }
  const { unit, amount } = queue
  if (unit === 'packets') return amount
  const full = unit === 'bytes' ? amount / frame : within(amount)
  return Math.min(MOST_PACKETS, Math.max(1, Math.round(full)))
}
