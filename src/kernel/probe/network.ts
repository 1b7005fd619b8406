import type { Facts } from './facts.js'
import { type Finding, no, yes } from './finding.js'
import { isAbsent, moduleFix } from './modules.js'
import { firstRefusal, type Tries, type TryName } from './tries.js'

/** veth pairs, bridges, and redirects between ports: the links themselves. */
export function probeLinks(facts: Facts, tries: Tries): Finding {
  const name = 'links'
  const refusal = firstRefusal(tries, ['veth', 'bridge', 'redirect'])
  if (refusal === undefined) return yes(name, 'veth, bridge, clsact with u32 and mirred', true)
  const module = { veth: 'veth', bridge: 'bridge' }[refusal.of as string] ?? 'act_mirred'
  const why = `${refusal.of}: ${refusal.errno} at ${refusal.step}`
  return no(name, why, moduleFix(facts, module, refusal.errno), true)
}

function simple(
  facts: Facts,
  tries: Tries,
  thing: { name: string; try: TryName; good: string; instead: string; module?: string },
): Finding {
  const refusal = tries.get(thing.try)
  if (refusal === undefined) return yes(thing.name, thing.good)
  const what = isAbsent(refusal.errno)
    ? `not in this kernel (${refusal.errno})`
    : `refused (${refusal.errno} at ${refusal.step})`
  const why = `${what}: ${thing.instead}`
  const fix = thing.module === undefined ? undefined : moduleFix(facts, thing.module, refusal.errno)
  return no(thing.name, why, fix)
}

/** The kernel's own impairments. */
export function probeNetem(facts: Facts, tries: Tries): Finding {
  return simple(facts, tries, {
    name: 'netem',
    try: 'netem',
    good: 'the kernel has it',
    instead: "links take netrig's own relay",
    module: 'sch_netem',
  })
}

/** nftables hooks on devices, in and out: partitions. */
export function probeNftables(facts: Facts, tries: Tries): Finding {
  const ingress = simple(facts, tries, {
    name: 'nftables',
    try: 'nft.ingress',
    good: 'netdev hooks, ingress and egress',
    instead: 'lab.partition cannot work',
    module: 'nf_tables',
  })
  const egress = tries.get('nft.egress')
  if (!ingress.ok || egress === undefined) return ingress
  return no(
    'nftables',
    `egress hook: ${egress.errno} at ${egress.step}: hosts on one switch cannot be partitioned (Linux 5.16 with CONFIG_NETFILTER_EGRESS can)`,
  )
}

/** The relay's sockets. */
export function probePacket(facts: Facts, tries: Tries): Finding {
  return simple(facts, tries, {
    name: 'packet-sockets',
    try: 'packet',
    good: 'AF_PACKET with a ring and offload headers',
    instead: 'the relay cannot run, so delay, loss and rate need netem',
    module: 'af_packet',
  })
}

/** Closing established connections from outside. */
export function probeDestroy(facts: Facts, tries: Tries): Finding {
  return simple(facts, tries, {
    name: 'socket-destroy',
    try: 'destroy',
    good: 'SOCK_DESTROY',
    instead: 'lent sockets of a crashed host are cut off instead of closed',
  })
}

/** TAP devices, for programs that bring a network stack of their own. */
export function probeTun(facts: Facts, tries: Tries): Finding {
  return simple(facts, tries, {
    name: 'tun',
    try: 'tun',
    good: '/dev/net/tun',
    instead: 'programs in hosts cannot make TUN and TAP devices; netrig itself needs none',
    module: 'tun',
  })
}
