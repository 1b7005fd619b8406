import { type Message, NLM_F_CREATE, NLM_F_EXCL } from '../netlink/message.js'
import { encode, type Writer } from '../netlink/writer.js'
import { RTM_DELQDISC, RTM_NEWQDISC, TC_H_ROOT, TCA_KIND, TCA_OPTIONS, tcmsg } from './qdisc.js'

/** Where a queueing discipline sits: its own number, and that of the one whose packets it gets. */
export interface QdiscPlace {
  /** Number of the device. */
  readonly index: number
  /** Its major number, `1` for tc's `1:`. */
  readonly handle: number
  /** The major number of its parent; absent for the device's own. */
  readonly parent?: number | undefined
}

/** A discipline and its options, ready to be written into TCA_OPTIONS. */
export interface QdiscKind {
  readonly kind: string
  readonly options: (to: Writer) => void
}

/** TC_H_MAKE: parents of one class (tbf, netem) call it 1. */
export const major = (handle: number): number => (handle << 16) >>> 0
const classOf = (handle: number): number => (major(handle) | 1) >>> 0

/** Adds a discipline; what its parent had there before is dropped with the packets in it. */
export function treeAdd(
  place: QdiscPlace,
  what: QdiscKind,
  options: Pick<Message, 'allow'> = {},
): Message {
  const parent = place.parent === undefined ? TC_H_ROOT : classOf(place.parent)
  return { ...newQdisc(place, parent, NLM_F_CREATE | NLM_F_EXCL, what), ...options }
}

/** Changes a discipline's options; packets in it stay. `allow: ['ENODEV']` if the device may be gone. */
export function treeChange(
  place: QdiscPlace,
  what: QdiscKind,
  options: Pick<Message, 'allow'> = {},
): Message {
  return { ...newQdisc(place, 0, 0, what), ...options }
}

/** Takes a device's own discipline away with all below it and every packet that waits there. */
export function treeDelete(index: number, options: Pick<Message, 'allow'> = {}): Message {
  return {
    ...options,
    type: RTM_DELQDISC,
    flags: 0,
    body: encode((to) => tcmsg(to, index, 0, TC_H_ROOT, 0)),
    operation: 'RTM_DELQDISC',
    object: `the queue of device number ${index}`,
  }
}

function newQdisc(
  { index, handle }: QdiscPlace,
  parent: number,
  flags: number,
  { kind, options }: QdiscKind,
): Message {
  const body = encode((to) => {
    tcmsg(to, index, major(handle), parent, 0)
    to.attributeString(TCA_KIND, kind)
    to.nest(TCA_OPTIONS, () => options(to))
  })
  const operation = 'RTM_NEWQDISC'
  return { type: RTM_NEWQDISC, flags, body, operation, object: `${kind} on device number ${index}` }
}
