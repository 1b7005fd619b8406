import { Domains } from './domains.js'
import { linkLabel } from './label.js'
import type { LabPlan, LinkDeclaration, SegmentPlan, SwitchDeclaration, Topology } from './types.js'

/** A segment of which the subnet is not settled yet. */
export interface Draft {
  readonly switches: SwitchDeclaration[]
  readonly links: LinkDeclaration[]
  /** The segments of the plan before that it grew from; more than one when switches were joined. */
  readonly previous: SegmentPlan[]
  /** Interfaces of hosts and routers on it. */
  interfaces: number
}

/** How errors speak of a segment: `switch lan`, `switches lan and lan2`, `link a-b`. */
export function segmentLabel({ switches, links }: Pick<Draft, 'switches' | 'links'>): string {
  const names = switches.map(({ name }) => name)
  if (names.length === 0) return `link ${linkLabel(links[0]!)}`
  if (names.length === 1) return `switch ${names[0]}`
  const shown = names.length > 4 ? [...names.slice(0, 3), `${names.length - 3} more`] : names
  return `switches ${shown.slice(0, -1).join(', ')} and ${shown.at(-1)}`
}

/** Finds the broadcast domains, in the order in which their first part was declared. */
export function findSegments(topology: Topology, previous: LabPlan | undefined): Draft[] {
  const domains = new Domains()
  for (const { ends } of topology.links) {
    const [a, b] = ends
    if (a.kind === 'switch' && b.kind === 'switch') domains.join(a.switch, b.switch)
  }
  const drafts: { draft: Draft; order: number }[] = []
  const ofDomain = new Map<string, Draft>()
  const ofLink = new Map<number, Draft>()
  const begin = (order: number): Draft => {
    const draft: Draft = { switches: [], links: [], previous: [], interfaces: 0 }
    drafts.push({ draft, order })
    return draft
  }
  for (const declared of topology.switches) {
    const root = domains.of(declared.name)
    let draft = ofDomain.get(root)
    if (draft === undefined) {
      draft = begin(declared.order)
      ofDomain.set(root, draft)
    }
    draft.switches.push(declared)
  }
  for (const link of topology.links) {
    const end = link.ends.find((candidate) => candidate.kind === 'switch')
    const draft = end === undefined ? begin(link.order) : ofDomain.get(domains.of(end.switch))!
    draft.links.push(link)
    draft.interfaces += link.ends.filter(({ kind }) => kind === 'host').length
    ofLink.set(link.id, draft)
  }
  for (const segment of previous?.segments ?? []) {
    const name = segment.switches[0]
    const draft =
      name === undefined ? ofLink.get(segment.links[0]!) : ofDomain.get(domains.of(name))
    draft?.previous.push(segment)
  }
  return drafts.sort((a, b) => a.order - b.order).map(({ draft }) => draft)
}
