import type {
  HostDeclaration,
  InterfacePlan,
  LabPlan,
  LinkDeclaration,
  NamesView,
  RoutePlan,
  SegmentPlan,
  SwitchDeclaration,
} from './types.js'

/** What a running lab lacks of a plan. A plan only grows, so there is nothing to take away. */
export interface PlanDiff {
  readonly hosts: readonly HostDeclaration[]
  readonly switches: readonly SwitchDeclaration[]
  readonly links: readonly LinkDeclaration[]
  readonly interfaces: readonly InterfacePlan[]
  /** New ones, and those that have more switches or links than before. */
  readonly segments: readonly SegmentPlan[]
  /** Also of hosts that run: a router may have come to their segment. */
  readonly routes: readonly RoutePlan[]
  /** New ones, and those of which the content changed. */
  readonly views: readonly NamesView[]
  /** Hosts that run and are to see another view than the one they have. */
  readonly moved: readonly { readonly host: string; readonly view: number }[]
}

/** What is new in a plan; all of it where there is none before. */
export function diff(previous: LabPlan | undefined, next: LabPlan): PlanDiff {
  const segments = new Map(previous?.segments.map((segment) => [segment.id, segment]))
  const contents = new Map(previous?.views.map(({ id, content }) => [id, content]))
  return {
    hosts: next.hosts.slice(previous?.hosts.length ?? 0),
    switches: next.switches.slice(previous?.switches.length ?? 0),
    links: next.links.slice(previous?.links.length ?? 0),
    interfaces: next.interfaces.slice(previous?.interfaces.length ?? 0),
    segments: next.segments.filter(({ id, switches, links }) => {
      const before = segments.get(id)
      return before?.switches.length !== switches.length || before.links.length !== links.length
    }),
    routes: next.routes.slice(previous?.routes.length ?? 0),
    views: next.views.filter(({ id, content }) => contents.get(id) !== content),
    moved: [...next.viewOf].flatMap(([host, view]) => {
      const before = previous?.viewOf.get(host)
      return before === undefined || before === view ? [] : [{ host, view }]
    }),
  }
}
