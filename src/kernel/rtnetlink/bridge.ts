import { type Message, NLM_F_CREATE, NLM_F_EXCL } from '../netlink/message.js'
import { encode } from '../netlink/writer.js'
import { ifinfomsg, type LinkAttributes, putAttributes } from './link.js'
import * as IFLA from './link-attributes.js'

/** linux/if_link.h, inside IFLA_INFO_DATA of a bridge. */
const IFLA_BR_FORWARD_DELAY = 1
const IFLA_BR_AGEING_TIME = 4
const IFLA_BR_STP_STATE = 5
const IFLA_BR_MCAST_SNOOPING = 23

/** A bridge counts its times in hundredths of a second (USER_HZ). */
const USER_HZ = 100

/** A bridge to make. */
export interface BridgeSpec extends Pick<LinkAttributes, 'mac' | 'mtu' | 'txQueueLength'> {
  readonly name: string
  readonly index?: number | undefined
  /** Bring it up last: ports join a bridge that is up more slowly the more there are. */
  readonly up?: boolean | undefined
  /** How long a learnt address is kept, in milliseconds; by default 300 000, as 802.1D has it. */
  readonly ageing?: number | undefined
}

/**
 * Makes a bridge that forwards from the first packet on: no spanning tree and no delay before it, no
 * multicast snooping (which holds back multicast until a querier speaks). The VLAN filter is off by
 * itself, and kernels built without one refuse even a message that says so.
 */
export function bridgeCreate(bridge: BridgeSpec): Message {
  const body = encode((to) => {
    const flags = bridge.up === true ? IFLA.IFF_UP : 0
    ifinfomsg(to, bridge.index ?? 0, flags, flags)
    to.attributeString(IFLA.IFLA_IFNAME, bridge.name)
    putAttributes(to, bridge)
    to.nest(IFLA.IFLA_LINKINFO, () => {
      to.attributeString(IFLA.IFLA_INFO_KIND, 'bridge')
      to.nest(IFLA.IFLA_INFO_DATA, () => {
        to.attributeU32(IFLA_BR_STP_STATE, 0)
        to.attributeU32(IFLA_BR_FORWARD_DELAY, 0)
        to.attributeU8(IFLA_BR_MCAST_SNOOPING, 0)
        if (bridge.ageing !== undefined) {
          to.attributeU32(IFLA_BR_AGEING_TIME, Math.round((bridge.ageing * USER_HZ) / 1000))
        }
      })
    })
  })
  return {
    type: IFLA.RTM_NEWLINK,
    flags: NLM_F_CREATE | NLM_F_EXCL,
    body,
    operation: 'RTM_NEWLINK (create)',
    object: `bridge ${bridge.name}`,
  }
}
