import type { Duration, Size } from '../../base/units.js'
import type { RulePacket } from './packet.js'

/** One or more of something. */
export type Some<T> = T | readonly T[]

/** Which of the packets or connections that match, by their order; all of them unless said. */
export interface Which {
  /** The n-th, or those, from 1 up; counted behind those that `after` lets by. */
  readonly nth?: Some<number> | undefined
  /** Each n-th. */
  readonly every?: number | undefined
  /** As many are let by first. */
  readonly after?: number | undefined
  /** No more than so many. */
  readonly first?: number | undefined
}

/** Which packets a rule means. What is left out is not asked. Lists mean any of their entries. */
export interface RuleMatch extends Omit<Which, 'after'> {
  /** `'ipv4'` and `'ipv6'` are whatever these carry; a number is a protocol of IP. */
  readonly proto?: 'tcp' | 'udp' | 'icmp' | 'icmp6' | 'arp' | 'ipv4' | 'ipv6' | number | undefined
  /** Addresses or subnets of the sender. */
  readonly from?: Some<string> | undefined
  readonly to?: Some<string> | undefined
  /** Either port of TCP or UDP: a number or a range, `'8000-8100'`. */
  readonly port?: Some<number | string> | undefined
  readonly fromPort?: Some<number | string> | undefined
  readonly toPort?: Some<number | string> | undefined
  /** TCP flags that are set, and behind `!` those that are not: `'SYN,!ACK'`. */
  readonly flags?: string | undefined
  /** Bytes that TCP or UDP carry somewhere in the packet. */
  readonly payload?: string | Uint8Array | undefined
  /** Bytes of the packet with its ethernet header: a number or a range. */
  readonly size?: Some<number | string> | undefined
  /**
   * As many packets are let by first; or with a unit, `'10KiB'`, so many bytes of payload of each
   * connection, both directions together.
   */
  readonly after?: number | Size | undefined
  /** Counts packets of each connection by themselves: `nth: 1` is the first one of every connection. */
  readonly per?: 'link' | 'connection' | undefined
  /** Which connections, in the order in which each one's first matching packet came. */
  readonly connections?: Which | undefined
}

/** What becomes of a packet. */
export type RuleAction =
  | 'drop'
  | 'pass'
  | 'duplicate'
  | 'corrupt'
  | 'reset'
  | 'reject'
  | { readonly delay: Duration }
  /** So many copies besides. */
  | { readonly duplicate: number }
  /** `mend` writes the checksums anew, so that a program gets to see it. */
  | { readonly corrupt: { readonly mend: boolean } }
  | { readonly reset: 'sender' | 'receiver' | 'both' }

/** What a function may say: an action, nothing (it passes), or the bytes that go on in its place. */
export type RuleVerdict = RuleAction | { readonly replace: Uint8Array } | undefined

export type RuleFunction = (packet: RulePacket) => RuleVerdict | Promise<RuleVerdict>

export interface RuleOptions {
  /** Every packet unless given. */
  readonly match?: RuleMatch | undefined
  /** An action, or a function that is asked for each packet. */
  readonly do: RuleAction | RuleFunction
  /** How long a function may think about one packet: 1 s unless given. */
  readonly timeout?: Duration | undefined
  /** What becomes of a packet that a function did not answer in time: it passes unless given. */
  readonly otherwise?: 'pass' | 'drop' | undefined
}

/** A rule as the relay takes it. */
export interface NormalRule {
  /** Words of the relay's commands: native/relay/command.h. */
  readonly words: readonly string[]
  /** In words for people. */
  readonly label: string
  readonly ask: RuleFunction | undefined
  /** Answers with what `otherwise` says. */
  readonly otherwise: 'pass' | 'drop'
}

/** What one rule has counted. */
export interface RuleStats {
  /** Packets that are as `match` says, before `nth`, `every`, `after`, `first` and `connections`. */
  readonly seen: number
  /** Packets that it did something to, and their bytes. */
  readonly met: number
  readonly bytes: number
  /** Packets about which its function thought too long. */
  readonly late: number
  /** Packets about which it was not asked: too many waited for it. */
  readonly overrun: number
}
