/**
 * The plan: what a declared topology becomes, before anything is built. Pure data; the planner
 * makes it, the builder carries it out.
 */

/** What a person declared about one host or router. */
export interface HostDeclaration {
  readonly name: string
  readonly kind: 'host' | 'router'
}

export interface SwitchDeclaration {
  readonly name: string
  /** Position among the lab's switches and links; subnets are given out in this order. */
  readonly order: number
  /** CIDR given by the test, e.g. `10.0.0.0/24`; the lab chooses one otherwise. */
  readonly subnet?: string | undefined
}

export type EndDeclaration =
  | { readonly kind: 'host'; readonly host: string }
  | { readonly kind: 'switch'; readonly switch: string }

/** What a person declared about one link, sorted by end. */
export interface LinkDeclaration {
  /** Position among the lab's links. */
  readonly id: number
  /** Position among the lab's switches and links. */
  readonly order: number
  readonly ends: readonly [EndDeclaration, EndDeclaration]
  /** Subnet of the segment that the link belongs to. */
  readonly subnet?: string | undefined
  readonly mtu: number
  /** Per end: what was given for the interface there; `undefined` where the end is a switch. */
  readonly interfaces: readonly [InterfaceDeclaration | undefined, InterfaceDeclaration | undefined]
}

export interface InterfaceDeclaration {
  readonly address?: string | undefined
  /** Where the address was given with its prefix, `10.0.0.7/24`. */
  readonly prefix?: number | undefined
  /** In lower case with colons. */
  readonly mac?: string | undefined
  /** Interface name in the host; `eth0`, `eth1`, ... otherwise. */
  readonly name?: string | undefined
}

/** All that was declared, in order. Later declarations only add to the ends of the lists. */
export interface Topology {
  readonly hosts: readonly HostDeclaration[]
  readonly switches: readonly SwitchDeclaration[]
  readonly links: readonly LinkDeclaration[]
}

export interface AddressPlan {
  readonly family: 4 | 6
  readonly address: string
  readonly prefix: number
}

export interface InterfacePlan {
  readonly host: string
  readonly link: number
  /** Which end of the link, 0 or 1. */
  readonly end: 0 | 1
  /** The {@link SegmentPlan} it is on. */
  readonly segment: number
  readonly name: string
  /** ifindex in the host, from 2 up in order of declaration (1 is the loopback device). */
  readonly index: number
  readonly mac: string
  readonly mtu: number
  /** The IPv4 address, and the IPv6 address after it where the lab has IPv6. */
  readonly addresses: readonly [AddressPlan, ...AddressPlan[]]
}

export interface RoutePlan {
  readonly host: string
  /** Absent for a default route, the only kind there is so far. */
  readonly destination?: string | undefined
  readonly via: string
  /** ifindex in the host of the interface on which `via` is reached. */
  readonly index: number
  readonly family: 4 | 6
}

/** One broadcast domain: switches joined by links, or one direct link between hosts. */
export interface SegmentPlan {
  readonly id: number
  readonly subnet: string
  readonly subnet6?: string | undefined
  readonly switches: readonly string[]
  readonly links: readonly number[]
}

/**
 * One content of /etc/hosts, shared by all hosts that would see the same one: a name resolves to
 * the address on a subnet shared with the asker, where there is one.
 */
export interface NamesView {
  readonly id: number
  readonly content: string
}

export interface LabPlan extends Topology {
  readonly interfaces: readonly InterfacePlan[]
  readonly segments: readonly SegmentPlan[]
  readonly routes: readonly RoutePlan[]
  readonly views: readonly NamesView[]
  /** The view of each host, also of those without links. */
  readonly viewOf: ReadonlyMap<string, number>
  /** The address by which others know each host: its first. Hosts without links have none. */
  readonly addressOf: ReadonlyMap<string, string>
}
