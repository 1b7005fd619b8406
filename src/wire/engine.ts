import type { NetrigError } from '../base/errors.js'
import type { NormalConditions } from './conditions/index.js'
import type { RuleBook } from './rules/index.js'

/** One end of a link. As a direction: the one that leaves this end. */
export type Side = 'a' | 'b'

/** A link as an engine sees it: two ports of the fabric. */
export interface WireLink {
  /** Unique in the lab, from 0 up; with the seed it decides the fate of packets. */
  readonly number: number
  /** The ifindex of each end's port in the fabric. */
  readonly ports: Readonly<Record<Side, number>>
  /** What happens to the packets that leave each end, from the first one on; nothing unless given. */
  readonly conditions?: Readonly<Record<Side, NormalConditions>> | undefined
  /** Ends whose packets are not let through until `setDown` says so; none unless given. */
  readonly closed?: readonly Side[] | undefined
}

/**
 * What became of the packets that left one end. Wire packets, bytes with ethernet headers. `null` is a
 * count that the engine does not keep: never a guess.
 */
export interface DirectionStats {
  /** Packets that came in at this end. */
  readonly packets: number
  readonly bytes: number | null
  /** Packets handed to the other end. */
  readonly delivered: number
  readonly deliveredBytes: number
  /** Lost by the condition `loss`. */
  readonly lost: number | null
  /** Sent once and delivered twice: the copies. */
  readonly duplicated: number | null
  /** Delivered with a bit turned over. */
  readonly corrupted: number | null
  /** Sent ahead of others by `reorder`. */
  readonly reordered: number | null
  /** Dropped since the queue in front of `rate` was full. */
  readonly overQueue: number | null
  /** Dropped since they were longer than the condition `mtu` allows. */
  readonly overMtu: number | null
  /** Met by a rule, whatever it did to them. */
  readonly byRule: number | null
  /** Those of them that were dropped, or replaced by a reset. */
  readonly droppedByRule: number | null
  /** Resets and refusals that rules sent towards the other end. */
  readonly made: number | null
  /** Dropped since the link was down. */
  readonly down: number
  /** Dropped since the engine held as much as it may; not a fault that anybody asked for. */
  readonly overMemory: number | null
  /** Dropped by the kernel before the engine saw them; not a fault that anybody asked for. */
  readonly missed: number | null
  /** Unreadable, or not taken by the other end (its host is down, or its MTU is smaller). */
  readonly errors: number | null
}

/** The same of an engine that counts everything. */
export type FullStats = { readonly [Counter in keyof DirectionStats]: number }

/** Per end, what became of the packets that left it. */
export type LinkStats = Readonly<Record<Side, DirectionStats>>

/** What carries packets over links and does to them what conditions say. */
export interface WireEngine {
  readonly name: 'relay' | 'netem'
  /** Whether skb marks set on one side arrive on the other; cuts between switches need that. */
  readonly carriesMarks: boolean
  /** What rules are added to; an engine without it knows none. */
  readonly rules?: RuleBook | undefined
  /**
   * Tells somebody what becomes of the packets of a link (native/relay/watch.h), until the other end of the
   * socket is closed. The descriptor stays the caller's.
   */
  watch?(link: number, descriptor: number): Promise<void>
  /**
   * Joins two ports. Packets pass from then on.
   *
   * @throws NetrigError KERNEL with the errno
   */
  attach(link: WireLink): Promise<void>
  /** Sets what happens to packets that leave one end. Those sent earlier keep what they met. */
  setConditions(link: number, from: Side, conditions: NormalConditions): Promise<void>
  /** Drops everything that leaves one end, and what is on its way; or no longer. */
  setDown(link: number, from: Side, down: boolean): Promise<void>
  /** An end's port is about to vanish: counts that would go with it are kept. */
  leavePort?(link: number, side: Side): void
  /** Names the new port of an end whose old one is gone, as after a host's restart. */
  replacePort(link: number, side: Side, ifindex: number): Promise<void>
  /** Parts the two ports. */
  detach(link: number): Promise<void>
  /** What a link has done so far, read at once. */
  stats(link: number): LinkStats
  /** Called once when the engine has died, with the error that requests then fail with. */
  onLost(listener: (error: NetrigError) => void): void
  /** Ends the engine. May be called twice. */
  close(): Promise<void>
}
