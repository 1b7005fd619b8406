import type { Duration, Rate, Ratio } from '../../base/units.js'
import {
  type CorrelatedRate,
  type NormalChance,
  type NormalReorder,
  noChance,
  noReorder,
  type ReorderRate,
} from './chance.js'
import type { Distribution } from './distribution.js'
import { type Loss, losesNothing, type NormalLoss, noLoss } from './loss.js'
import type { PresetName } from './presets.js'
import type { NormalQueue, Queue } from './queue.js'
import { type FramedRate, type Framing, plainFraming } from './rate.js'
import type { NormalTrace } from './trace.js'

/** What a link does to packets, as people write it. What is left out does nothing. */
export interface LinkConditions {
  /** A kind of access or path, e.g. `'dsl'`; what stands beside it goes before it. `'perfect'` takes all away. */
  readonly preset?: PresetName | undefined
  /** How long a packet takes to the other end, one way; up to an hour. */
  readonly delay?: Duration | undefined
  /** How far the delay varies: one standard deviation, or the most either way where it is uniform. Order is kept. */
  readonly jitter?: Duration | undefined
  /** How it varies: `normal` unless given. */
  readonly distribution?: Distribution | undefined
  /** Which packets are lost: a share, one with correlation, bursts by a model, or one by one by a pattern. */
  readonly loss?: Loss | undefined
  /** The share of packets that arrive twice. */
  readonly duplicate?: Ratio | CorrelatedRate | undefined
  /** The share of packets that overtake: they are not delayed. */
  readonly reorder?: Ratio | ReorderRate | undefined
  /** The share of packets of which one bit is turned over. */
  readonly corrupt?: Ratio | CorrelatedRate | undefined
  /** How fast bits leave the sender, ethernet headers included. */
  readonly rate?: Rate | 'unlimited' | FramedRate | undefined
  /** How much may wait in front of `rate`, in packets, bytes or milliseconds; what comes then is dropped. */
  readonly queue?: Queue | undefined
  /** Packets longer than this vanish, and nobody is told; `'unlimited'` takes it away. */
  readonly mtu?: number | 'unlimited' | undefined
  /** A file in Mahimahi's format that says when packets may leave; in the place of `rate`. */
  readonly trace?: string | 'none' | undefined
  /** Nothing passes. */
  readonly down?: boolean | undefined
}

/** The same for one direction, checked and in whole numbers: nanoseconds, parts of 10^9, bits per second. */
export interface NormalConditions {
  readonly delay: number
  readonly jitter: number
  readonly distribution: Distribution
  readonly loss: NormalLoss
  readonly duplicate: NormalChance
  readonly reorder: NormalReorder
  readonly corrupt: NormalChance
  /** 0 is without limit. */
  readonly rate: number
  readonly framing: Framing
  /** Undefined: sized from rate and delay. */
  readonly queue: NormalQueue | undefined
  /** Bytes without the ethernet header; 0 is without limit. */
  readonly mtu: number
  readonly trace: NormalTrace | undefined
}

/** The options of {@link LinkConditions}, for those who take them together with others. */
export const conditionNames = [
  'preset',
  'delay',
  'jitter',
  'distribution',
  'loss',
  'duplicate',
  'reorder',
  'corrupt',
  'rate',
  'queue',
  'mtu',
  'trace',
  'down',
] as const

/** A wire that does nothing to packets. */
export const perfect: NormalConditions = {
  delay: 0,
  jitter: 0,
  distribution: 'normal',
  loss: noLoss,
  duplicate: noChance,
  reorder: noReorder,
  corrupt: noChance,
  rate: 0,
  framing: plainFraming,
  queue: undefined,
  mtu: 0,
  trace: undefined,
}

/** Whether a wire with these conditions does nothing to packets. */
export function isPerfect(conditions: NormalConditions): boolean {
  const { delay, jitter, loss, duplicate, reorder, corrupt, rate, mtu, trace } = conditions
  return (
    delay + jitter + duplicate.rate + reorder.rate + corrupt.rate + rate + mtu === 0 &&
    losesNothing(loss) &&
    trace === undefined
  )
}
