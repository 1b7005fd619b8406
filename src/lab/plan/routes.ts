import type { HostDeclaration, InterfacePlan, LabPlan, RoutePlan } from './types.js'

/**
 * Default routes: a host goes out by the first of its interfaces on whose segment there is exactly
 * one router. With two there, neither is better, and the choice is left to the test. A route that
 * was given out by an earlier plan stays, even when a second router joins. Routers know the subnets
 * they are on and no others; a later planner may add routes between them here.
 */
export function planRoutes(
  hosts: readonly HostDeclaration[],
  interfaces: readonly InterfacePlan[],
  previous: LabPlan | undefined,
): RoutePlan[] {
  const routers = new Set(hosts.flatMap(({ name, kind }) => (kind === 'router' ? [name] : [])))
  /** Per segment the first interface of its only router; null where there are several. */
  const gateways = new Map<number, InterfacePlan | null>()
  for (const port of interfaces) {
    if (!routers.has(port.host)) continue
    const known = gateways.get(port.segment)
    if (known === undefined) gateways.set(port.segment, port)
    else if (known !== null && known.host !== port.host) gateways.set(port.segment, null)
  }
  const routes = [...(previous?.routes ?? [])]
  const settled = new Set(routes.map(({ host }) => host))
  for (const { host, segment, index } of interfaces) {
    if (settled.has(host) || routers.has(host)) continue
    const gateway = gateways.get(segment)
    if (gateway === undefined || gateway === null) continue
    settled.add(host)
    for (const { family, address } of gateway.addresses) {
      routes.push({ host, via: address, index, family })
    }
  }
  return routes
}
