import { batchError, encodeBatch, type Refusal } from '../kernel/netlink/batch.js'
import type { NetlinkError } from '../kernel/netlink/error.js'
import type { Message } from '../kernel/netlink/message.js'
import type { Reply } from './keeper/protocol.js'

/**
 * rtnetlink messages by which a host gets its network. Its PID 1 sends them while it is made, as root of
 * the lab: there the makings of many hosts share the machine's processors, which this thread could not.
 */
export interface Wiring {
  /** First, in the fabric, where {@link HOST_NETNS_FD} names the host's network. */
  readonly fabric: readonly Message[]
  /** Then, in the host's own network. */
  readonly host: readonly Message[]
}

export const NO_WIRING: Wiring = { fabric: [], host: [] }

/** Both batches as the keeper takes them. */
export function encodeWiring({ fabric, host }: Wiring): [Uint8Array, Uint8Array] {
  return [encodeBatch(fabric), encodeBatch(host)]
}

/** Gathers what the kernel refuses of a wiring. */
export class Refusals {
  /** By enum batch of wire.h. */
  readonly #batches: [Refusal[], Refusal[]] = [[], []]

  add({ args: [batch, index, errno], text }: Reply): void {
    this.#batches[batch === 0 ? 0 : 1].push({ index, errno, text: text === '' ? undefined : text })
  }

  /** The error for the first that matters; undefined when nothing does. */
  judge({ fabric, host }: Wiring): NetlinkError | undefined {
    return batchError(fabric, this.#batches[0]) ?? batchError(host, this.#batches[1])
  }
}
