import type { Message } from '../netlink/message.js'
import type { NetlinkSocket } from '../netlink/socket.js'
import { chainCreate, type Hook, MAX_CHAIN_DEVICES } from './chain.js'
import { TRANSACTION } from './message.js'
import { type Count, countAndDrop, markByDevice, markIn, ruleAdd, ruleCounters } from './rule.js'
import { markSetCreate } from './set.js'
import { tableCreate, tableDelete, tableExists } from './table.js'

/** Marks are set before anything of the same hook is dropped. */
const MARK_PRIORITY = -10
const DROP_PRIORITY = 0
const NOTHING: Count = { packets: 0, bytes: 0 }
/** Chains of frames that were met as they came in; their counters miss the ethernet header. */
const INCOMING = '-in'
/** linux/if_ether.h; a VLAN tag is not in the frame any more when hooks see it. */
const ETH_HLEN = 14

/** Frames that a cut eats. */
export interface CutDrop {
  /** Names of the devices where they are met. */
  readonly devices: readonly string[]
  /** As the devices receive them, or as they are about to send them. */
  readonly hook: Hook
  /** Only frames that came in by marked devices with these numbers; without it, all frames. */
  readonly marks?: readonly number[] | undefined
}

/** A cut: one table that eats frames between devices of one namespace, and counts them. */
export interface CutTable {
  readonly table: string
  /** Names of the devices whose incoming frames are marked with the device's number. */
  readonly markDevices?: readonly string[] | undefined
  readonly drops: readonly CutDrop[]
}

/** What a cut has eaten, in all and by each of its drops; bytes with ethernet headers. */
export interface CutCount extends Count {
  readonly drops: readonly Count[]
}

/**
 * Makes a cut in one transaction: it acts as a whole or, on an error, not at all. Bridge ports, which
 * forward what they receive, are cut by marking frames at the ports of one group and dropping marked
 * ones at the egress of the other's; a mark lasts over veth pairs in one namespace.
 *
 * @param existing what to do with a table of that name: `'replace'` exchanges it in the same
 * transaction, so that no frame slips through between.
 * @throws NetlinkError `ENOENT` for a device that is not there, `EOPNOTSUPP` where the kernel has no
 * hook at the egress of devices (before 5.16).
 */
export function createCutTable(
  socket: NetlinkSocket,
  cut: CutTable,
  existing: 'fail' | 'replace' = 'fail',
): void {
  socket.batch(cutMessages(cut, existing), TRANSACTION)
}

/** The messages of {@link createCutTable}. */
export function cutMessages(cut: CutTable, existing: 'fail' | 'replace'): Message[] {
  const { table } = cut
  const messages =
    existing === 'replace'
      ? [tableCreate(table, 'keep'), tableDelete(table), tableCreate(table)]
      : [tableCreate(table)]

  chunks(cut.markDevices ?? []).forEach((devices, part) => {
    const name = `mark-${part}`
    messages.push(
      chainCreate({ table, name, hook: 'ingress', priority: MARK_PRIORITY, devices }),
      ruleAdd(table, name, markByDevice),
    )
  })
  cut.drops.forEach((drop, index) => {
    const set = { name: `marks-${index}`, id: index + 1 }
    if (drop.marks !== undefined) {
      messages.push(...markSetCreate({ table, ...set, marks: unique(drop.marks) }))
    }
    chunks(drop.devices).forEach((devices, part) => {
      const name = `drop-${index}-${part}${drop.hook === 'ingress' ? INCOMING : ''}`
      const match = drop.marks === undefined ? [] : markIn(set)
      messages.push(
        chainCreate({ table, name, hook: drop.hook, priority: DROP_PRIORITY, devices }),
        ruleAdd(table, name, match, countAndDrop),
      )
    })
  })
  return messages
}

function unique<T>(values: readonly T[]): T[] {
  return [...new Set(values)]
}

/** Devices by as many as a chain takes; the kernel refuses one that is named twice. */
function chunks(devices: readonly string[]): string[][] {
  const all = unique(devices)
  const parts = Math.ceil(all.length / MAX_CHAIN_DEVICES)
  return Array.from({ length: parts }, (_, part) =>
    all.slice(part * MAX_CHAIN_DEVICES, (part + 1) * MAX_CHAIN_DEVICES),
  )
}

/**
 * Reads what a cut has eaten so far; undefined when there is no such table. Kernels before 6.16 take a
 * chain away with its last device, and what it had counted is then missing.
 */
export function readCutTable(socket: NetlinkSocket, table: string): CutCount | undefined {
  if (!tableExists(socket, table)) return undefined
  const drops: Count[] = []
  let packets = 0
  let bytes = 0
  for (const count of ruleCounters(socket, table)) {
    const index = Number(count.chain.split('-')[1])
    const before = drops[index] ?? NOTHING
    const headers = count.chain.endsWith(INCOMING) ? ETH_HLEN * count.packets : 0
    const whole = count.bytes + headers
    drops[index] = { packets: before.packets + count.packets, bytes: before.bytes + whole }
    packets += count.packets
    bytes += whole
  }
  return { packets, bytes, drops: Array.from(drops, (count) => count ?? NOTHING) }
}

/** Ends a cut; one that is gone already is no error. */
export function deleteTable(socket: NetlinkSocket, table: string): void {
  socket.batch([tableDelete(table, { allow: ['ENOENT'] })], TRANSACTION)
}
