import type { NetemLoss, NetemSpec } from '../../kernel/rtnetlink/netem.js'
import type { TbfSpec } from '../../kernel/rtnetlink/tbf.js'
import { distributionTable, type NormalConditions, PPB, queuePackets } from '../conditions/index.js'

/** linux/if_ether.h: ETH_HLEN, VLAN_HLEN. */
const ETHERNET_HEADER = 14
const VLAN_TAG = 4
/**
 * Bytes per second at which a packet takes no nanosecond: a rate keeps packets in order though each has a
 * delay of its own, and a bucket that fills like this holds nothing up.
 */
const AT_ONCE = 125_000_000_000_000n
/** What 512 MiB of full packets are: the bound of what travels on one wire. */
export const MOST_TRAVELLING = 350_000
/** Where nothing is to be dropped by a queue's length. */
const BOUNDLESS = 0x7fffffff

/**
 * What stands first: cuts large frames into the packets that they stand for, since everything below acts on
 * what there is, and drops what the wire's MTU does not carry. It takes no time.
 *
 * @param mtu of the devices
 */
export function cutterSpec({ mtu: wire }: NormalConditions, mtu: number): TbfSpec {
  // A device lets a packet pass that is tagged, twice at most; what a condition says is meant to the byte.
  const burst =
    wire > 0 && wire < mtu ? wire + ETHERNET_HEADER : mtu + ETHERNET_HEADER + 2 * VLAN_TAG
  return { rate: AT_ONCE, burst, limit: BOUNDLESS }
}

/** What comes then: chance and travel. */
export function lineSpec(conditions: NormalConditions): NetemSpec {
  const { delay, jitter, duplicate, corrupt, reorder } = conditions
  return {
    limit: MOST_TRAVELLING,
    latency: delay,
    jitter,
    loss: lossSpec(conditions),
    duplicate: duplicate.rate / PPB,
    corrupt: corrupt.rate / PPB,
    reorder: { rate: reorder.rate / PPB, gap: reorder.gap },
    rate: AT_ONCE,
    ...(jitter > 0 ? { table: distributionTable(conditions.distribution) } : {}),
  }
}

/**
 * What stands last: the rate, and the queue in front of it. It comes after the travel, which is the same
 * as before it for all who cannot see inside; so this one's drops are the queue's and nothing else.
 */
export function rateSpec(conditions: NormalConditions, mtu: number): NetemSpec {
  const { rate, framing } = conditions
  if (rate === 0) return { limit: BOUNDLESS }
  return {
    limit: queuePackets(conditions, mtu + ETHERNET_HEADER),
    rate: BigInt(Math.max(1, Math.round(rate / 8))),
    overhead: framing.overhead,
    ...(framing.cellSize === 0
      ? {}
      : { cell: { size: framing.cellSize, overhead: framing.cellOverhead } }),
  }
}

function lossSpec({ loss }: NormalConditions): NetemLoss {
  switch (loss.model) {
    case 'random':
      return { model: 'random', rate: loss.rate / PPB }
    case 'gilbert-elliott':
      return {
        model: 'gilbert-elliott',
        p: loss.toBad / PPB,
        r: loss.toGood / PPB,
        h: 1 - loss.lossInBad / PPB,
        k: 1 - loss.lossInGood / PPB,
      }
    case 'four-state': {
      const [p13, p31, p32, p14, p23] = [loss.p13, loss.p31, loss.p32, loss.p14, loss.p23].map(
        (ppb) => ppb / PPB,
      ) as [number, number, number, number, number]
      return { model: 'four-state', p13, p31, p32, p14, p23 }
    }
    case 'pattern':
      throw new Error('netem has no patterns')
  }
}
