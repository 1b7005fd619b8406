import { splitMix64 } from '../../base/random.js'
import type { Effect } from '../../fault/gate.js'
import { NO_EFFECT } from '../../fault/gate.js'
import type { NetlinkSocket } from '../../kernel/netlink/socket.js'
import { counterAdd } from '../../kernel/rtnetlink/filter.js'
import type { NormalConditions } from '../conditions/index.js'
import type { DirectionStats } from '../engine.js'
import {
  addCounts,
  type EntryCounts,
  type ExitCounts,
  NO_ENTRY,
  NO_EXIT,
  NO_TREE,
  readEntry,
  readExit,
  readTree,
  type TreeCounts,
} from './counts.js'
import { Tree } from './tree.js'

/** A port, as the kernel knows it. */
export interface LanePort {
  readonly index: number
  readonly mtu: number
}

/** One direction of a link: in by one port, out by the other, whose queue does what conditions say. */
export class Lane {
  readonly #socket: NetlinkSocket
  readonly #seed: bigint
  #conditions: NormalConditions
  #entry: LanePort
  #exit: LanePort
  #tree: Tree
  /** Trees that this lane has had: each draws other chances. */
  #trees = 0
  /** What was counted by things that are gone. */
  #past: { tree: TreeCounts; exit: ExitCounts; entry: EntryCounts }
  /** Packets that were on their way when it was closed. */
  #cutOff = 0
  /** Whether copies, or turned bits, were ever asked for. */
  #copies = false
  #turns = false

  constructor(
    socket: NetlinkSocket,
    seed: bigint,
    ports: { readonly entry: LanePort; readonly exit: LanePort },
    conditions: NormalConditions,
  ) {
    this.#socket = socket
    this.#seed = seed
    this.#entry = ports.entry
    this.#exit = ports.exit
    this.#conditions = conditions
    this.#tree = new Tree(ports.exit.index, ports.exit.mtu)
    this.#past = { tree: NO_TREE, exit: NO_EXIT, entry: NO_ENTRY }
    this.#remember(conditions)
    this.#build()
    this.#begin({ entry: true, exit: true })
  }

  get entry(): number {
    return this.#entry.index
  }

  get exit(): number {
    return this.#exit.index
  }

  set(conditions: NormalConditions): void {
    this.#conditions = conditions
    this.#remember(conditions)
    this.#socket.batch(this.#tree.change(conditions))
  }

  /** Drops what is on its way; the lane is closed, so that nothing new comes. */
  empty(): void {
    const { counts, queued } = readTree(this.#socket, this.#exit.index)
    this.#past.tree = addCounts(this.#past.tree, counts)
    this.#cutOff += queued
    this.#build()
  }

  /** The port it leaves by, or comes in by, is about to vanish: keeps what was counted there. */
  keepCounts(of: 'entry' | 'exit'): void {
    const { tree, exit, entry } = this.#past
    if (of === 'entry') {
      this.#past.entry = addCounts(entry, readEntry(this.#socket, this.#entry.index))
      return
    }
    const now = readTree(this.#socket, this.#exit.index)
    this.#past.tree = addCounts(tree, now.counts)
    this.#past.exit = addCounts(exit, readExit(this.#socket, this.#exit.index))
    this.#cutOff += now.queued
  }

  /** Another port stands where one has vanished. */
  replace(which: 'entry' | 'exit', port: LanePort): void {
    if (which === 'entry') this.#entry = port
    else {
      this.#exit = port
      this.#tree = new Tree(port.index, port.mtu)
      this.#build()
    }
    this.#begin({ entry: which === 'entry', exit: which === 'exit' })
  }

  /** @param closed what a closed entry has eaten */
  stats(closed: Effect = NO_EFFECT): DirectionStats {
    const { counts, queued: _ } = readTree(this.#socket, this.#exit.index)
    const tree = addCounts(this.#past.tree, counts)
    const exit = addCounts(this.#past.exit, readExit(this.#socket, this.#exit.index))
    const entry = addCounts(this.#past.entry, readEntry(this.#socket, this.#entry.index))
    const least = (count: number) => Math.max(0, count)
    return {
      packets: exit.packets + closed.packets + entry.homeless,
      // What is eaten before the queue is counted in frames, and their headers are not.
      bytes: closed.packets + entry.homeless > 0 ? null : exit.bytes,
      delivered: least(tree.delivered - exit.refused),
      deliveredBytes: tree.deliveredBytes,
      // The line counts what its queue drops below it as its own.
      lost: least(tree.line - tree.rate),
      duplicated: this.#copies ? null : 0,
      corrupted: this.#turns ? null : 0,
      reordered: tree.overtook,
      overQueue: tree.rate,
      overMtu: least(tree.all - tree.line),
      byRule: 0,
      droppedByRule: 0,
      made: 0,
      down: closed.packets + this.#cutOff,
      // What is more than a wire may hold netem counts among the lost.
      overMemory: null,
      missed: least(entry.missed),
      errors: least(exit.refused) + entry.homeless,
    }
  }

  #remember({ duplicate, corrupt }: NormalConditions): void {
    this.#copies ||= duplicate.rate > 0
    this.#turns ||= corrupt.rate > 0
  }

  #build(): void {
    const [seed] = splitMix64(this.#seed ^ (BigInt(this.#trees) << 32n), 1)
    this.#trees += 1
    this.#socket.batch(this.#tree.build(this.#conditions, seed!))
  }

  /** What devices have counted so far is not this lane's. */
  #begin({ entry, exit }: { readonly entry: boolean; readonly exit: boolean }): void {
    if (exit) {
      const { refused } = readExit(this.#socket, this.#exit.index)
      this.#socket.request({ ...counterAdd(this.#exit.index), allow: ['EEXIST', 'ENODEV'] })
      const { packets, bytes } = readExit(this.#socket, this.#exit.index)
      this.#past.exit = addCounts(this.#past.exit, { packets, bytes, refused }, -1)
    }
    if (!entry) return
    this.#past.entry = addCounts(this.#past.entry, readEntry(this.#socket, this.#entry.index), -1)
  }
}
