import type { NormalConditions } from './conditions.js'

/** A full packet on the wire: 1500 bytes and an ethernet header. */
const PACKET_BITS = 1514 * 8
const LEAST_TIME = 100e6
const LEAST_PACKETS = 64
const MOST_PACKETS = 1e6

/**
 * How many packets wait in front of the rate before more are dropped, where nobody said: as many
 * as leave within 100 ms or one round trip, whichever is longer, and at least 64. With less, one TCP
 * connection could not fill the link; a fixed number is far too many for a slow link or too few for
 * a fast one.
 */
export function queuePackets(conditions: NormalConditions): number {
  const { delay, jitter, rate, queue } = conditions
  if (rate === 0) return 0
  if (queue !== undefined) return queue
  const time = Math.max(LEAST_TIME, 2 * (delay + jitter))
  const packets = Math.ceil(((rate / PACKET_BITS) * time) / 1e9)
  return Math.min(MOST_PACKETS, Math.max(LEAST_PACKETS, packets))
}
