import { type Message, NLM_F_CREATE, NLM_F_EXCL } from '../netlink/message.js'
import { encode, type Writer } from '../netlink/writer.js'

/** linux/rtnetlink.h, linux/pkt_sched.h */
export const RTM_NEWQDISC = 36
export const RTM_DELQDISC = 37
export const RTM_GETQDISC = 38
export const TCA_KIND = 1
/** TC_H_CLSACT and TC_H_INGRESS are one number: a device has the one or the other. */
const TC_H_CLSACT = 0xfffffff1
export const CLSACT_HANDLE = 0xffff0000
export const TCA_OPTIONS = 2
/** A device's own queue, as a parent. */
export const TC_H_ROOT = 0xffffffff

/** Writes struct tcmsg. */
export function tcmsg(
  to: Writer,
  index: number,
  handle: number,
  parent: number,
  info: number,
): Writer {
  return to.u8(0).u8(0).u16(0).u32(index).u32(handle).u32(parent).u32(info)
}

/** `clsact` takes filters at a device's ingress and egress, `ingress` at its ingress only. */
export type HookQdisc = 'clsact' | 'ingress'

/** Gives a device the place where filters hang; it queues nothing. */
export function qdiscAdd(index: number, kind: HookQdisc): Message {
  return message(RTM_NEWQDISC, 'RTM_NEWQDISC', NLM_F_CREATE | NLM_F_EXCL, index, kind)
}

/** Takes it away with all its filters; `allow: ['ENOENT', 'ENODEV']` if it may be gone. */
export function qdiscDelete(
  index: number,
  kind: HookQdisc,
  options: Pick<Message, 'allow'> = {},
): Message {
  return { ...message(RTM_DELQDISC, 'RTM_DELQDISC', 0, index, kind), ...options }
}

function message(
  type: number,
  operation: string,
  flags: number,
  index: number,
  kind: HookQdisc,
): Message {
  const body = encode((to) => {
    tcmsg(to, index, CLSACT_HANDLE, TC_H_CLSACT, 0)
    to.attributeString(TCA_KIND, kind)
  })
  return { type, flags, body, operation, object: `${kind} on device number ${index}` }
}
