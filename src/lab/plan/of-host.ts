import type { InterfacePlan, LabPlan, RoutePlan } from './types.js'

interface HostPart {
  readonly interfaces: InterfacePlan[]
  readonly routes: RoutePlan[]
}

const NOTHING: HostPart = { interfaces: [], routes: [] }

/** By host: a lab of a thousand would else look at a million interfaces. Plans never change. */
const parts = new WeakMap<LabPlan, ReadonlyMap<string, HostPart>>()

/** What a plan has for one host. */
export function partOf(plan: LabPlan, host: string): Readonly<HostPart> {
  let byHost = parts.get(plan)
  if (byHost === undefined) {
    byHost = sort(plan)
    parts.set(plan, byHost)
  }
  return byHost.get(host) ?? NOTHING
}

function sort({ interfaces, routes }: LabPlan): ReadonlyMap<string, HostPart> {
  const byHost = new Map<string, HostPart>()
  const at = (host: string): HostPart => {
    const part = byHost.get(host) ?? { interfaces: [], routes: [] }
    byHost.set(host, part)
    return part
  }
  for (const one of interfaces) at(one.host).interfaces.push(one)
  for (const one of routes) at(one.host).routes.push(one)
  return byHost
}
