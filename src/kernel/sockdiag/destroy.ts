import { NetlinkError } from '../netlink/error.js'
import type { NetlinkSocket } from '../netlink/socket.js'
import { socketDestroy, socketList } from './socket.js'

/** Destroying one socket can bring another to light: a connection that was being accepted. */
const ROUNDS = 4

/**
 * Aborts all TCP and UDP sockets of a namespace, listening and lent ones included, whoever holds them.
 * A TCP socket is dead from then on, though one that was bound holds its port until it is closed. A
 * UDP socket only loses its peer (udp_abort) and can go on receiving at a port that it was bound to:
 * what must not receive any more has to lose its network as well.
 *
 * @returns how many sockets were aborted
 * @throws NetlinkError `EOPNOTSUPP` where the kernel lacks INET_DIAG_DESTROY
 */
export function destroySockets(socket: NetlinkSocket): number {
  const seen = new Set<string>()
  for (let round = 0; round < ROUNDS; round += 1) {
    const fresh = socketList(socket).filter(({ id, protocol }) => !seen.has(`${protocol} ${id}`))
    if (fresh.length === 0) break
    for (const { id, protocol } of fresh) seen.add(`${protocol} ${id}`)
    socket.batch(fresh.map(socketDestroy))
  }
  return seen.size
}

/**
 * As {@link destroySockets}, where the kernel can: one without INET_DIAG_DESTROY leaves it to whoever holds
 * the sockets to close them, which says farewell to their peers if there is still a way to them.
 *
 * @returns how many sockets were aborted; undefined where the kernel cannot
 */
export function destroySocketsIfPossible(socket: NetlinkSocket): number | undefined {
  try {
    return destroySockets(socket)
  } catch (error) {
    if (error instanceof NetlinkError && error.errno === 'EOPNOTSUPP') return undefined
    throw error
  }
}
