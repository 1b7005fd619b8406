import type { NetlinkSocket } from '../../kernel/netlink/socket.js'
import { counterQuery, readCounter } from '../../kernel/rtnetlink/filter.js'
import { MAY_BE_GONE } from '../../kernel/rtnetlink/gone.js'
import { linkQuery } from '../../kernel/rtnetlink/link.js'
import { readLink } from '../../kernel/rtnetlink/link-list.js'
import { qdiscQuery, readQdiscStats } from '../../kernel/rtnetlink/tc-stats.js'
import { CUTTER, LINE, RATE } from './tree.js'

/** Major number of clsact's handle. */
const CLSACT = 0xffff

/** Numbers that begin at zero with a thing of the kernel's and end with it. */
export type Counts<Name extends string> = Readonly<Record<Name, number>>

/** Sums by name; with `sign` -1 what is left of the first. */
export function addCounts<Name extends string>(
  a: Counts<Name>,
  b: Counts<Name>,
  sign: 1 | -1 = 1,
): Counts<Name> {
  const sum: Record<Name, number> = { ...a }
  for (const name of Object.keys(a) as Name[]) sum[name] = a[name] + sign * b[name]
  return sum
}

/** A port's queue: see {@link Tree}. `all` are the drops of its three parts together. */
export type TreeCounts = Counts<
  'delivered' | 'deliveredBytes' | 'overtook' | 'all' | 'line' | 'rate'
>
export const NO_TREE: TreeCounts = {
  delivered: 0,
  deliveredBytes: 0,
  overtook: 0,
  all: 0,
  line: 0,
  rate: 0,
}

/** What the queue counted, and how many packets are in it. */
export function readTree(
  socket: NetlinkSocket,
  index: number,
): { readonly counts: TreeCounts; readonly queued: number } {
  const parts = [CUTTER, LINE, RATE].map((handle) => qdiscQuery(index, handle, MAY_BE_GONE))
  const [cutter, line, rate] = socket.getAll(parts, readQdiscStats)
  const counts = {
    delivered: cutter?.packets ?? 0,
    deliveredBytes: cutter?.bytes ?? 0,
    // What netem sends ahead of others it counts as requeued (netem_enqueue).
    overtook: line?.requeues ?? 0,
    all: cutter?.drops ?? 0,
    line: line?.drops ?? 0,
    rate: rate?.drops ?? 0,
  }
  return { counts, queued: cutter?.queued ?? 0 }
}

/** The port that a direction leaves by: what came to its queue, and what the device behind did not take. */
export type ExitCounts = Counts<'packets' | 'bytes' | 'refused'>
export const NO_EXIT: ExitCounts = { packets: 0, bytes: 0, refused: 0 }

export function readExit(socket: NetlinkSocket, index: number): ExitCounts {
  const counter = socket.get(counterQuery(index, MAY_BE_GONE), readCounter)
  const link = socket.get({ ...linkQuery(index), ...MAY_BE_GONE }, readLink)
  return {
    packets: counter?.packets ?? 0,
    bytes: counter?.bytes ?? 0,
    refused: link?.stats.txDropped ?? 0,
  }
}

/** The port that a direction comes in by: frames for a port that is gone, and those that had no room. */
export type EntryCounts = Counts<'homeless' | 'missed'>
export const NO_ENTRY: EntryCounts = { homeless: 0, missed: 0 }

export function readEntry(socket: NetlinkSocket, index: number): EntryCounts {
  const clsact = socket.get(qdiscQuery(index, CLSACT, MAY_BE_GONE), readQdiscStats)
  const link = socket.get({ ...linkQuery(index), ...MAY_BE_GONE }, readLink)
  return { homeless: clsact?.drops ?? 0, missed: link?.stats.rxDropped ?? 0 }
}
