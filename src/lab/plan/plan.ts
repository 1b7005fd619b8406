import { NetrigError } from '../../base/errors.js'
import type { Seed } from '../../base/random.js'
import { planInterfaces, type Segment } from './interfaces.js'
import { formatSubnet } from './ipv4.js'
import { sitePrefix, subnet6 } from './ipv6.js'
import { planRoutes } from './routes.js'
import { findSegments, segmentLabel } from './segments.js'
import { settleSubnets } from './subnets.js'
import type { LabPlan, SegmentPlan, Topology } from './types.js'
import { planViews } from './views.js'

export interface PlanOptions {
  /** Gives each segment a unique local /64 and each interface an address in it. */
  readonly ipv6?: boolean | undefined
  /** Decides the unique local prefix. */
  readonly seed?: Seed | undefined
}

/**
 * Plans a lab: who is on which segment, with which addresses, routes and names.
 *
 * @param topology as {@link Declarations} made it, so each declaration is sound by itself
 * @param previous the plan that the lab runs with, when more was declared: everything in it keeps
 *   its place, name and addresses
 * @throws NetrigError SUBNET_CONFLICT, SUBNET_OVERLAP, SUBNET_FULL, INVALID_ADDRESS, ADDRESS_TAKEN,
 *   DUPLICATE_NAME: what only the whole topology can tell
 */
export function plan(
  topology: Topology,
  previous?: LabPlan | undefined,
  { ipv6 = false, seed = 0 }: PlanOptions = {},
): LabPlan {
  const site = ipv6 ? sitePrefix(seed) : undefined
  const drafts = findSegments(topology, previous)
  const alive = new Set(previous?.interfaces.map(({ segment }) => segment))
  const subnets = settleSubnets(drafts, alive)
  let next = 1 + (previous?.segments.reduce((most, { id }) => Math.max(most, id), -1) ?? -1)
  const segments: Segment[] = drafts.map((draft, at) => {
    const kept = draft.previous.find(({ id }) => alive.has(id)) ?? draft.previous[0]
    return { id: kept?.id ?? next++, draft, subnet: subnets[at]! }
  })
  if (site !== undefined) refuseTooMany(segments)
  const interfaces = planInterfaces(segments, topology.links, previous, site)
  const addressOf = new Map<string, string>()
  for (const { host, addresses } of interfaces) {
    if (!addressOf.has(host)) addressOf.set(host, addresses[0].address)
  }
  return {
    hosts: [...topology.hosts],
    switches: [...topology.switches],
    links: [...topology.links],
    interfaces,
    segments: segments
      .map(
        ({ id, draft, subnet }): SegmentPlan => ({
          id,
          subnet: formatSubnet(subnet),
          ...(site === undefined ? {} : { subnet6: subnet6(site, id) }),
          switches: draft.switches.map(({ name }) => name),
          links: draft.links.map((link) => link.id),
        }),
      )
      .sort((a, b) => a.id - b.id),
    routes: planRoutes(topology.hosts, interfaces, previous),
    ...planViews(topology.hosts, interfaces, ipv6, previous),
    addressOf,
  }
}

/** A unique local prefix has 16 bits for subnets (RFC 4193, section 3.1). */
function refuseTooMany(segments: readonly Segment[]): void {
  const last = segments.find(({ id }) => id > 0xffff)
  if (last === undefined) return
  throw new NetrigError(
    'SUBNET_FULL',
    `lab.start: ${segmentLabel(last.draft)} is past the 65536th segment, and an IPv6 site has no more subnets.`,
    { operation: 'lab.start', object: segmentLabel(last.draft) },
  )
}
