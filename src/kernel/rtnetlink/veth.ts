import { type Message, NLM_F_CREATE, NLM_F_EXCL } from '../netlink/message.js'
import { encode, type Writer } from '../netlink/writer.js'
import { ifinfomsg, type LinkAttributes, putAttributes } from './link.js'
import * as IFLA from './link-attributes.js'

/** linux/veth.h */
const VETH_INFO_PEER = 1

/** One end of a pair. */
export interface VethEnd extends Pick<LinkAttributes, 'mac' | 'mtu' | 'txQueueLength'> {
  readonly name: string
  /**
   * Its number in its namespace. The two of a pair should differ: equal ones look like a device on
   * no other device, and the kernel may put off its operstate UP to the link watch's next second.
   */
  readonly index?: number | undefined
  /** A descriptor, in this process, of the namespace that it is put into; else the socket's own. */
  readonly netns?: number | undefined
}

/** The end in the socket's namespace, which can also join a bridge and be brought up at once. */
export interface VethNearEnd extends VethEnd {
  /** Number of a bridge in the socket's namespace. */
  readonly master?: number | undefined
  readonly up?: boolean | undefined
}

/**
 * Makes a veth pair by one message. The far end starts down: it is set up before the ends are joined,
 * so IFF_UP there is refused (ENOTCONN).
 */
export function vethCreate(near: VethNearEnd, far: VethEnd): Message {
  const body = encode((to) => {
    const flags = near.up === true ? IFLA.IFF_UP : 0
    ifinfomsg(to, near.index ?? 0, flags, flags)
    putEnd(to, near)
    to.nest(IFLA.IFLA_LINKINFO, () => {
      to.attributeString(IFLA.IFLA_INFO_KIND, 'veth')
      to.nest(IFLA.IFLA_INFO_DATA, () => {
        to.nest(VETH_INFO_PEER, () => {
          ifinfomsg(to, far.index ?? 0)
          putEnd(to, far)
        })
      })
    })
  })
  return {
    type: IFLA.RTM_NEWLINK,
    flags: NLM_F_CREATE | NLM_F_EXCL,
    body,
    operation: 'RTM_NEWLINK (create)',
    object: `veth ${near.name} to ${far.name}`,
  }
}

function putEnd(to: Writer, end: VethNearEnd): void {
  to.attributeString(IFLA.IFLA_IFNAME, end.name)
  // By default a veth has a queue per processor: memory and time for nothing here.
  to.attributeU32(IFLA.IFLA_NUM_TX_QUEUES, 1).attributeU32(IFLA.IFLA_NUM_RX_QUEUES, 1)
  if (end.netns !== undefined) to.attributeU32(IFLA.IFLA_NET_NS_FD, end.netns)
  putAttributes(to, end)
}
