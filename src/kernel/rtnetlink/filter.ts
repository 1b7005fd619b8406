import { Attributes } from '../netlink/attribute.js'
import { type Message, NLM_F_CREATE, NLM_F_EXCL, type Reply } from '../netlink/message.js'
import { encode, type Writer } from '../netlink/writer.js'
import { TCA_KIND, TCA_OPTIONS, tcmsg } from './qdisc.js'
import { NLM_F_ECHO, readStats, TCMSG, type TcStats } from './tc-stats.js'

/** linux/rtnetlink.h, linux/pkt_sched.h */
const RTM_NEWTFILTER = 44
const RTM_DELTFILTER = 45
const RTM_GETTFILTER = 46
/** TC_H_MAKE(TC_H_CLSACT, TC_H_MIN_INGRESS): the ingress side of clsact, and of the ingress qdisc. */
const INGRESS = 0xfffffff2
/** TC_H_MAKE(TC_H_CLSACT, TC_H_MIN_EGRESS) */
const EGRESS = 0xfffffff3

/** linux/pkt_cls.h, u32 and actions; linux/tc_act/tc_mirred.h */
const TCA_U32_SEL = 5
const TCA_U32_ACT = 7
const TC_U32_TERMINAL = 1
const TCA_ACT_KIND = 1
const TCA_ACT_OPTIONS = 2
const TCA_ACT_STATS = 4
/** TCA_MATCHALL_ACT of linux/pkt_cls.h; linux/tc_act/tc_gact.h */
const TCA_MATCHALL_ACT = 2
const TCA_GACT_PARMS = 2
const TC_ACT_OK = 0
const TCA_MIRRED_PARMS = 2
const TC_ACT_STOLEN = 4
const TCA_EGRESS_REDIR = 1

/** linux/if_ether.h, in network order as tcm_info wants it. */
const ETH_P_ALL = 0x0300
/** The one filter that netrig puts there. */
const PRIORITY = 1
/** The first filter of u32's root table (800::800): named, so that a second is refused (EEXIST). */
const HANDLE = 0x80000800
/** The one filter of matchall. */
const COUNTER = 1
const INFO = ((PRIORITY << 16) | ETH_P_ALL) >>> 0

/** A wire: what enters one port leaves by another. */
export interface RedirectSpec {
  /** Number of the device whose incoming frames are taken. */
  readonly from: number
  /** Number of the device, in the same namespace, that sends them. */
  readonly to: number
}

/**
 * Sends each frame that enters `from` out by `to`, whatever it is; `from` has a clsact or ingress
 * qdisc. The filter is u32 with a key that matches all, since kernels without `matchall` exist, and
 * frames are dropped while `to` is down.
 */
export function redirectAdd({ from, to: target }: RedirectSpec): Message {
  const body = encode((to) => {
    tcmsg(to, from, HANDLE, INGRESS, INFO)
    to.attributeString(TCA_KIND, 'u32')
    to.nest(TCA_OPTIONS, () => {
      to.attributeBytes(TCA_U32_SEL, MATCH_ALL)
      to.nest(TCA_U32_ACT, () => writeAction(to, 'mirred', TCA_MIRRED_PARMS, mirred(target)))
    })
  })
  return {
    type: RTM_NEWTFILTER,
    flags: NLM_F_CREATE | NLM_F_EXCL,
    body,
    operation: 'RTM_NEWTFILTER',
    object: `redirect from device number ${from} to ${target}`,
  }
}

/**
 * Counts each frame that is about to leave by a device, before its queue sees it; the device has a clsact
 * qdisc. A large frame counts as the packets that it stands for, with their headers, as qdiscs reckon them.
 * By `matchall`: u32 shares its tables between the two sides of a clsact, where a filter at the one takes the
 * handle of the redirect at the other (tc_u_common_ptr in cls_u32.c).
 */
export function counterAdd(index: number): Message {
  const body = encode((to) => {
    tcmsg(to, index, COUNTER, EGRESS, INFO)
    to.attributeString(TCA_KIND, 'matchall')
    to.nest(TCA_OPTIONS, () => {
      to.nest(TCA_MATCHALL_ACT, () => writeAction(to, 'gact', TCA_GACT_PARMS, PASS))
    })
  })
  return {
    type: RTM_NEWTFILTER,
    flags: NLM_F_CREATE | NLM_F_EXCL,
    body,
    operation: 'RTM_NEWTFILTER',
    object: `counter at device number ${index}`,
  }
}

/** Asks for a counter; `allow: ['ENOENT', 'ENODEV', 'EINVAL']` if it, or its qdisc, may be gone. */
export function counterQuery(index: number, options: Pick<Message, 'allow'> = {}): Message {
  const body = encode((to) => {
    tcmsg(to, index, COUNTER, EGRESS, INFO).attributeString(TCA_KIND, 'matchall')
  })
  return {
    ...options,
    type: RTM_GETTFILTER,
    flags: NLM_F_ECHO,
    body,
    operation: 'RTM_GETTFILTER',
    object: `counter at device number ${index}`,
  }
}

/** Decodes the answer to {@link counterQuery}. */
export function readCounter({ view, from, to }: Reply): TcStats {
  const options = new Attributes(view, from + TCMSG, to).nested(TCA_OPTIONS)
  return readStats(options?.nested(TCA_MATCHALL_ACT)?.nested(1)?.nested(TCA_ACT_STATS))
}

/** The one action of a filter: actions are numbered from 1 in the order in which they act. */
function writeAction(to: Writer, kind: string, parameters: number, action: Uint8Array): void {
  to.nest(1, () => {
    to.attributeString(TCA_ACT_KIND, kind)
    to.nest(TCA_ACT_OPTIONS, () => to.attributeBytes(parameters, action))
  })
}

/** Takes the redirect away; `allow: ['ENOENT', 'ENODEV', 'EINVAL']` if it, or its qdisc, may be gone. */
export function redirectDelete(from: number, options: Pick<Message, 'allow'> = {}): Message {
  const body = encode((to) => tcmsg(to, from, 0, INGRESS, INFO))
  return {
    ...options,
    type: RTM_DELTFILTER,
    flags: 0,
    body,
    operation: 'RTM_DELTFILTER',
    object: `redirect from device number ${from}`,
  }
}

/** struct tc_u32_sel with one key of mask 0: `match u32 0 0`. */
const MATCH_ALL = encode((to) => {
  to.u8(TC_U32_TERMINAL).u8(0).u8(1).u8(0) // flags, offset shift, number of keys, padding
  to.u16(0).u16(0).u16(0).u16(0).u32(0) // offset mask, offset, offset of the offset, hash offset, hash mask
  to.u32(0).u32(0).u32(0).u32(0) // key: mask, value, offset, offset mask
})

/** struct tc_gact: index, capabilities, action, references, bindings. */
const PASS = encode((to) => {
  to.u32(0).u32(0).u32(TC_ACT_OK).u32(0).u32(0)
})

/** struct tc_mirred: index, capabilities, action, references, bindings, what to do, device. */
function mirred(target: number): Uint8Array {
  return encode((to) => {
    to.u32(0).u32(0).u32(TC_ACT_STOLEN).u32(0).u32(0).u32(TCA_EGRESS_REDIR).u32(target)
  })
}
