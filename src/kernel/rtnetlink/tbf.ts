import type { QdiscKind } from './qdisc-tree.js'

/** linux/pkt_sched.h: TCA_TBF_*, TC_LINKLAYER_ETHERNET */
const PARMS = 1
const RATE64 = 4
const BURST = 6
const ETHERNET = 1
const MOST_U32 = 0xffffffffn

/** A token bucket. */
export interface TbfSpec {
  /** Bytes per second. */
  readonly rate: bigint
  /** Bytes. A larger frame is cut into the packets that it stands for, or dropped if it is one. */
  readonly burst: number
  /** Bytes of its own first-in first-out queue, which anything that is added below it replaces. */
  readonly limit: number
}

/** tc's `tbf`. */
export function tbf({ rate, burst, limit }: TbfSpec): QdiscKind {
  return {
    kind: 'tbf',
    options: (to) => {
      to.nest(PARMS, () => {
        // struct tc_tbf_qopt: rate, peak rate (none), limit, buffer and mtu (both by attributes).
        to.u8(0).u8(ETHERNET).u16(0).u16(0).u16(0)
        to.u32(Number(rate > MOST_U32 ? MOST_U32 : rate))
        to.u8(0).u8(ETHERNET).u16(0).u16(0).u16(0).u32(0)
        to.u32(limit).u32(0).u32(0)
      })
      to.attributeU64(RATE64, rate)
      to.attributeU32(BURST, burst)
    },
  }
}
