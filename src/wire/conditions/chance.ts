import { checkOptions } from '../../base/suggest.js'
import type { Ratio } from '../../base/units.js'
import { isRecord, PPB, probability, refuse, whole } from './check.js'

/** Chance that remembers: how alike the fates of a packet and the next are, beyond what chance makes them. */
export interface CorrelatedRate {
  readonly rate: Ratio
  /** From 0 (each by its own chance) to below 1. */
  readonly correlation?: Ratio | undefined
}

/** As {@link CorrelatedRate}; `gap: 5` lets only every fifth packet be meant. */
export interface ReorderRate extends CorrelatedRate {
  readonly gap?: number | undefined
}

/** A chance per packet, in parts of 10^9. */
export interface NormalChance {
  readonly rate: number
  readonly correlation: number
}

export interface NormalReorder extends NormalChance {
  /** Every how many packets one may be meant; 1 is every one. */
  readonly gap: number
}

export const noChance: NormalChance = { rate: 0, correlation: 0 }
export const noReorder: NormalReorder = { ...noChance, gap: 1 }

const MOST_GAP = 1e6

/** @throws NetrigError INVALID_OPTION, INVALID_UNIT; a correlation wants a rate that it belongs to */
export function parseChance(
  value: Ratio | CorrelatedRate,
  name: string,
  what: string,
): NormalChance {
  if (!isRecord(value)) return { rate: probability(value as Ratio, name, what), correlation: 0 }
  checkOptions(value, ['rate', 'correlation'], `${name} of ${what}`)
  return correlated(value, name, what)
}

/** @throws NetrigError as {@link parseChance} */
export function parseReorder(value: Ratio | ReorderRate, what: string): NormalReorder {
  if (!isRecord(value)) return { ...parseChance(value as Ratio, 'reorder', what), gap: 1 }
  checkOptions(value, ['rate', 'correlation', 'gap'], `reorder of ${what}`)
  const { gap } = value as unknown as ReorderRate
  return {
    ...correlated(value, 'reorder', what),
    gap: gap === undefined ? 1 : whole(gap, 'reorder gap', what, [1, MOST_GAP], 'packets'),
  }
}

/** The rate and correlation of an object that may hold more. */
export function correlated(
  value: Record<string, unknown>,
  name: string,
  what: string,
): NormalChance {
  const { rate, correlation } = value as Partial<CorrelatedRate>
  if (rate === undefined) {
    throw refuse(
      name,
      what,
      correlation === undefined ? 'there is no rate' : 'a correlation alone means nothing',
      `write { rate: '1%'${correlation === undefined ? '' : `, correlation: '25%'`} }`,
    )
  }
  const chance = probability(rate, name, what)
  const memory =
    correlation === undefined ? 0 : probability(correlation, `${name} correlation`, what)
  if (memory > 0 && chance === 0) {
    throw refuse(name, what, 'a correlation of a rate of 0 means nothing', 'leave it out')
  }
  if (memory === PPB) {
    throw refuse(name, what, 'with a correlation of 100% the first fate would be that of all')
  }
  return { rate: chance, correlation: memory }
}

/** A two-state chain: how likely each packet changes the state, in parts of 10^9. */
export interface Switching {
  readonly toBad: number
  readonly toGood: number
}

/**
 * The chain whose bad state holds the share `rate` of all packets and whose state is alike from packet to
 * packet by `correlation`: pi = p / (p + r) and 1 - p - r are the stationary share and the autocorrelation
 * of a two-state Markov chain that leaves its states by p and r. Not netem's own correlation, which bends
 * the rate: asked for 10% with 90% it lost 0 of 1000.
 */
export function chainOf({ rate, correlation }: NormalChance): Switching {
  const change = 1 - correlation / PPB
  return {
    toBad: Math.max(rate === 0 ? 0 : 1, Math.round(rate * change)),
    toGood: Math.max(rate === PPB ? 0 : 1, Math.round((PPB - rate) * change)),
  }
}
