import { Attributes } from '../netlink/attribute.js'
import type { Message, Reply } from '../netlink/message.js'
import { encode } from '../netlink/writer.js'
import { RTM_GETQDISC, tcmsg } from './qdisc.js'
import { major } from './qdisc-tree.js'

/** linux/rtnetlink.h: TCA_STATS2; linux/gen_stats.h: TCA_STATS_BASIC, _QUEUE, _PKT64. */
const TCA_STATS2 = 7
const BASIC = 1
const QUEUE = 3
const PKT64 = 8
/** linux/netlink.h: answers of kernels before 6.12 are notifications, which come back only when asked for. */
export const NLM_F_ECHO = 0x8
/** struct tcmsg */
export const TCMSG = 20

/** What a discipline or an action has counted. */
export interface TcStats {
  readonly bytes: number
  readonly packets: number
  /** Packets that wait in it, and below it. */
  readonly queued: number
  readonly drops: number
  readonly requeues: number
}

/** Asks for a discipline with its counters; `allow: ['ENOENT', 'ENODEV']` if it may be gone. */
export function qdiscQuery(
  index: number,
  handle: number,
  options: Pick<Message, 'allow'> = {},
): Message {
  return {
    ...options,
    type: RTM_GETQDISC,
    flags: NLM_F_ECHO,
    body: encode((to) => tcmsg(to, index, major(handle), 0, 0)),
    operation: 'RTM_GETQDISC',
    object: `queue ${handle.toString(16)}: of device number ${index}`,
  }
}

/** Decodes the answer to {@link qdiscQuery}. */
export function readQdiscStats({ view, from, to }: Reply): TcStats {
  return readStats(new Attributes(view, from + TCMSG, to).nested(TCA_STATS2))
}

/** Reads nested struct gnet_stats_*. */
export function readStats(attributes: Attributes | undefined): TcStats {
  const [bytes = 0] = attributes?.u64s(BASIC, 1) ?? []
  const [, , packets = 0] = attributes?.u32s(BASIC, 3) ?? []
  const [queued = 0, , drops = 0, requeues = 0] = attributes?.u32s(QUEUE, 4) ?? []
  return { bytes, packets: attributes?.u64(PKT64) ?? packets, queued, drops, requeues }
}
