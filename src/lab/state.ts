import type { Turns } from '../base/turns.js'
import type { Cut } from '../fault/cut.js'
import type { Direction, Effect } from '../fault/gate.js'
import type { Program, ProgramSite } from '../process/index.js'
import type { Container } from '../sandbox/container.js'
import type { Holder } from '../sandbox/holder.js'
import type { Lent } from '../sandbox/lent.js'
import type { NormalConditions } from '../wire/conditions/index.js'
import type { ActiveCapture } from './capture/active.js'
import type { EventLog } from './events.js'
import type { Cable } from './fabric/cable.js'
import type { Fabric } from './fabric/fabric.js'
import type { HostSettings } from './options.js'
import type { Declarations } from './plan/declarations.js'
import { partOf } from './plan/of-host.js'
import type { InterfacePlan, LabPlan, LinkDeclaration } from './plan/types.js'

/** How a host is. */
export type HostStatus = 'declared' | 'running' | 'frozen' | 'crashed'

/** A fault that is acting now, for failure output. */
export interface ActiveFault {
  readonly kind: 'partition' | 'rule' | 'link.down'
  readonly label: string
  effect(): Effect
  /** The lab ends: what was counted is kept. */
  freeze?(): void
}

/** What runs on until it is stopped. */
export interface Stoppable {
  stop(): Promise<void>
}

/** What the lab knows of one host. */
export interface HostState {
  readonly name: string
  readonly kind: 'host' | 'router'
  readonly settings: HostSettings
  status: HostStatus
  container: Container | undefined
  lent: Lent | undefined
  /** What its programs know of this life of it. */
  site: ProgramSite | undefined
  /** What was spawned in it, also what has ended. */
  readonly programs: Set<Program>
  /** Its crashes and restarts, which must not overlap. */
  readonly turns: Turns
}

/** Who holds a link's gate closed for `down`. */
export const LINK_DOWN = 'link.down'

/** What the lab knows of one link. */
export interface LinkState {
  readonly declaration: LinkDeclaration
  readonly label: string
  /** Per direction; undefined until the link has any. */
  conditions: readonly [NormalConditions, NormalConditions] | undefined
  cable: Cable | undefined
  /** Directions that `down` holds closed. */
  readonly closed: Set<Direction>
  /** False while `down({ carrier: true })` holds. */
  carrier: boolean
}

/** A lab's whole state, shared by the objects that people hold. */
export interface LabState {
  readonly name: string
  readonly place: string
  readonly holder: Holder
  readonly fabric: Fabric
  readonly declarations: Declarations
  readonly ipv6: boolean
  readonly seed: bigint
  readonly cwd: string
  readonly events: EventLog
  readonly hosts: Map<string, HostState>
  readonly links: LinkState[]
  readonly cuts: Set<Cut>
  readonly faults: Set<ActiveFault>
  /** Every fault that was ever made, for `mustBite`. */
  readonly made: Set<ActiveFault>
  readonly mustBite: boolean
  /** Scripts that run on links. */
  readonly plays: Set<Stoppable>
  /** Captures that run. */
  readonly captures: Set<ActiveCapture>
  /** Open files of the names views, by view. */
  readonly views: Map<number, number>
  readonly startedAt: number
  /** Its starts, which must not overlap. */
  readonly turns: Turns
  plan: LabPlan | undefined
  stopped: boolean
  kept: boolean
  /** Why the lab is not what it should be, once it is not: its keeper or its wire died. */
  failure: Error | undefined
}

/** The interfaces of a host as they are planned now. */
export function interfacesOf(state: LabState, host: string): readonly InterfacePlan[] {
  return state.plan === undefined ? [] : partOf(state.plan, host).interfaces
}

export function linkOf(state: LabState, id: number): LinkState {
  const link = state.links[id]
  if (link === undefined) throw new Error(`no link ${id}`)
  return link
}

/** Ports came or went: every cut acts on those that are there now. */
export function refreshCuts(state: LabState): void {
  for (const cut of state.cuts) cut.refresh()
}
