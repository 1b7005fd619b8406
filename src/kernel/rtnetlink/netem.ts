import type { Writer } from '../netlink/writer.js'
import type { QdiscKind } from './qdisc-tree.js'

/** linux/pkt_sched.h: TCA_NETEM_*, NETEM_LOSS_* */
const CORR = 1
const DELAY_DIST = 2
const REORDER = 3
const CORRUPT = 4
const LOSS = 5
const RATE = 6
const RATE64 = 8
const LATENCY64 = 10
const JITTER64 = 11
const PRNG_SEED = 14
const LOSS_GI = 1
const LOSS_GE = 2

/** INT_MAX: sch_netem cuts jitter off there (tabledist takes a signed 32-bit number of nanoseconds). */
export const NETEM_MOST_JITTER = 0x7fffffff
const MOST_U32 = 0xffffffff

/** Chances are parts of 2^32 - 1, as sch_netem compares them with 32 random bits. */
export const netemChance = (fraction: number): number =>
  Math.min(MOST_U32, Math.round(fraction * MOST_U32))

export type NetemLoss =
  | { readonly model: 'random'; readonly rate: number }
  /** p, r: into and out of the bad state; h, k: what passes in the bad state and the good one, as tc(8) has it. */
  | {
      readonly model: 'gilbert-elliott'
      readonly p: number
      readonly r: number
      readonly h: number
      readonly k: number
    }
  | {
      readonly model: 'four-state'
      readonly p13: number
      readonly p31: number
      readonly p32: number
      readonly p14: number
      readonly p23: number
    }

/** What one netem does. All of it is set by each change: what is left out does nothing. Chances are fractions. */
export interface NetemSpec {
  /** Packets that it holds; it drops those beyond in silence. */
  readonly limit: number
  /** Nanoseconds. */
  readonly latency?: number
  readonly jitter?: number
  /** In 1/8192 of the jitter; kept by the kernel until another comes, evenly spread if none ever came. */
  readonly table?: Int16Array | undefined
  readonly loss?: NetemLoss
  readonly duplicate?: number
  readonly corrupt?: number
  readonly reorder?: { readonly rate: number; readonly gap: number }
  /** Bytes per second; 0 is none. With any rate at all packets keep their order. */
  readonly rate?: number | bigint
  readonly overhead?: number
  readonly cell?: { readonly size: number; readonly overhead: number }
  /** Of its own generator, from Linux 6.6 on; older kernels leave it out of account. */
  readonly seed?: bigint | undefined
}

/** tc's `netem`. */
export function netem(spec: NetemSpec): QdiscKind {
  return { kind: 'netem', options: (to) => write(to, spec) }
}

function write(to: Writer, spec: NetemSpec): void {
  const { limit, latency = 0, jitter = 0, table, duplicate = 0, corrupt = 0, reorder } = spec
  const loss = spec.loss ?? { model: 'random', rate: 0 }
  const plain = loss.model === 'random' ? netemChance(loss.rate) : 0
  // struct tc_netem_qopt: latency and jitter in ticks, which the 64-bit attributes replace.
  to.u32(0).u32(limit).u32(plain)
  to.u32(reorder === undefined || reorder.rate === 0 ? 0 : reorder.gap)
  to.u32(netemChance(duplicate)).u32(0)
  to.attributeBytes(CORR, new Uint8Array(12))
  if (table !== undefined) {
    to.attributeBytes(DELAY_DIST, new Uint8Array(table.buffer, table.byteOffset, table.byteLength))
  }
  words(to, REORDER, netemChance(reorder?.rate ?? 0), 0)
  words(to, CORRUPT, netemChance(corrupt), 0)
  writeRate(to, spec)
  to.attributeU64(LATENCY64, latency)
  to.attributeU64(JITTER64, Math.min(jitter, NETEM_MOST_JITTER))
  if (loss.model !== 'random') writeLoss(to, loss)
  if (spec.seed !== undefined) to.attributeU64(PRNG_SEED, spec.seed)
}

/** struct tc_netem_rate: bytes per second, overhead, cell size, cell overhead. */
function writeRate(to: Writer, { rate = 0, overhead = 0, cell }: NetemSpec): void {
  const bytes = BigInt(rate)
  const low = Number(bytes > BigInt(MOST_U32) ? BigInt(MOST_U32) : bytes)
  words(to, RATE, low, overhead >>> 0, cell?.size ?? 0, (cell?.overhead ?? 0) >>> 0)
  to.attributeU64(RATE64, bytes)
}

function writeLoss(to: Writer, loss: Exclude<NetemLoss, { model: 'random' }>): void {
  to.nest(LOSS, () => {
    if (loss.model === 'gilbert-elliott') {
      // tc hands over what is lost in the good state (1 - k), and what passes in the bad one.
      words(to, LOSS_GE, ...[loss.p, loss.r, loss.h, 1 - loss.k].map(netemChance))
      return
    }
    const { p13, p31, p32, p14, p23 } = loss
    words(to, LOSS_GI, ...[p13, p31, p32, p14, p23].map(netemChance))
  })
}

function words(to: Writer, type: number, ...values: number[]): void {
  to.attributeBytes(type, new Uint8Array(Uint32Array.from(values).buffer))
}
