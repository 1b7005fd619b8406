import { routeDelete } from '../kernel/rtnetlink/route.js'
import type { Cable } from './fabric/cable.js'
import { writeViews } from './names.js'
import type { PlanDiff } from './plan/diff.js'
import { type LabState, linkOf, refreshCuts } from './state.js'

/**
 * Takes away what a start has made that failed. The lab's plan is the one before it again.
 *
 * @param cables what the start had laid by then
 */
export async function undoStart(
  state: LabState,
  added: PlanDiff,
  cables: readonly Cable[],
): Promise<void> {
  if (!state.holder.keeper.alive) return
  for (const { name } of added.hosts) {
    const host = state.hosts.get(name)
    await host?.container?.kill()
    if (host !== undefined) {
      host.container = undefined
      host.status = 'declared'
    }
  }
  for (const cable of cables) {
    await cable.remove()
    linkOf(state, cable.link.id).cable = undefined
  }
  for (const { name } of added.switches) state.fabric.removeBridge(name)
  refreshCuts(state)
  await takeRoutesBack(state, added)
  const before = state.plan
  const rewritten = new Set(added.views.map(({ id }) => id))
  await writeViews(state, before?.views.filter(({ id }) => rewritten.has(id)) ?? [])
  for (const { host } of added.moved) {
    await state.hosts.get(host)?.container?.see(before?.viewOf.get(host) ?? 0)
  }
}

/** Those by new interfaces went with them; a router may have come to a subnet that was there. */
async function takeRoutesBack(state: LabState, added: PlanDiff): Promise<void> {
  for (const { host, destination = 'default', via, index } of added.routes) {
    const container = state.hosts.get(host)?.container
    if (container === undefined) continue
    const network = await container.network()
    try {
      network.route.batch([
        routeDelete({ to: destination, via, index }, { allow: ['ESRCH', 'ENODEV'] }),
      ])
    } finally {
      container.release(network)
    }
  }
}
