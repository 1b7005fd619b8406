import { NetlinkError } from '../../kernel/netlink/error.js'
import type { NetlinkSocket } from '../../kernel/netlink/socket.js'
import { counterAdd } from '../../kernel/rtnetlink/filter.js'
import { qdiscAdd, qdiscDelete } from '../../kernel/rtnetlink/qdisc.js'
import { treeDelete } from '../../kernel/rtnetlink/qdisc-tree.js'
import { perfect } from '../conditions/index.js'
import { Tree } from './tree.js'

/** The loopback device, which every network namespace has. */
const LOOPBACK = 1
const LOOPBACK_MTU = 65_536
const ANY = { allow: ['ENOENT', 'EINVAL'] as const }

let known: string | true | undefined

/**
 * Whether this kernel has what the engine needs, tried on the loopback device of a namespace that nobody
 * else uses; a kernel is asked once.
 *
 * @returns true, or what it refused
 */
export function netemAvailable(route: NetlinkSocket): string | true {
  known ??= tryOut(route)
  return known
}

function tryOut(route: NetlinkSocket): string | true {
  const rated = { ...perfect, rate: 8 }
  try {
    route.batch([
      ...new Tree(LOOPBACK, LOOPBACK_MTU).build(rated, 0n),
      qdiscAdd(LOOPBACK, 'clsact'),
      counterAdd(LOOPBACK),
    ])
    return true
  } catch (error) {
    if (!(error instanceof NetlinkError)) throw error
    return `${error.object} (${error.errno})`
  } finally {
    route.batch([treeDelete(LOOPBACK, ANY), qdiscDelete(LOOPBACK, 'clsact', ANY)])
  }
}
