import { setImmediate } from 'node:timers'
import { Container, type ContainerNetwork } from '../sandbox/container.js'
import { refreshCaptures } from './capture/active.js'
import { applySysctls, configureNetwork, routeMessage } from './configure.js'
import { Cable } from './fabric/cable.js'
import { writeViews } from './names.js'
import { diff, type PlanDiff } from './plan/diff.js'
import { partOf } from './plan/of-host.js'
import { plan } from './plan/plan.js'
import type { InterfacePlan, LabPlan } from './plan/types.js'
import { settleHost } from './settle.js'
import { type HostState, type LabState, LINK_DOWN, linkOf, refreshCuts } from './state.js'
import { undoStart } from './undo.js'

/** How many hosts are asked of the keeper before the event loop gets a turn. */
const AT_ONCE = 64

/**
 * Builds what was declared and is not there yet. Nothing is built when the plan is refused; when
 * building fails halfway, what this call made is taken away again.
 *
 * @throws NetrigError: what the plan, the kernel or the machine refuses
 */
export async function startLab(state: LabState): Promise<void> {
  const next = plan(state.declarations, state.plan, { ipv6: state.ipv6, seed: state.seed })
  const added = diff(state.plan, next)
  const previous = state.plan
  state.plan = next
  const cables: Cable[] = []
  try {
    await build(state, next, added, cables)
  } catch (error) {
    state.plan = previous
    await undoStart(state, added, cables)
    // What failed may have failed because the lab died under it.
    throw (await state.holder.keeper.whyLost()) ?? error
  }
}

async function build(
  state: LabState,
  next: LabPlan,
  added: PlanDiff,
  cables: Cable[],
): Promise<void> {
  await writeViews(state, added.views)
  for (const { name } of added.switches) state.fabric.addBridge(name)
  for (const declaration of added.links) {
    const link = linkOf(state, declaration.id)
    link.cable = new Cable(state.fabric, declaration, () => refreshCuts(state))
    link.cable.gate.close(LINK_DOWN, [...link.closed])
    cables.push(link.cable)
  }
  await refreshCaptures(state.captures)
  // Cuts that act must meet a new port before its first frame does.
  const raised = state.cuts.size === 0
  await makeHosts(state, added, raised)
  await extendHosts(state, added, raised)
  // For the files of TLS keys of hosts that are new.
  await refreshCaptures(state.captures)
  refreshCuts(state)
  for (const cable of cables) await cable.join(linkOf(state, cable.link.id).conditions)
  if (!raised) for (const { link, end } of added.interfaces) linkOf(state, link).cable?.raise(end)
  state.fabric.raiseBridges(added.switches.map(({ name }) => name))
  await state.fabric.settle()
  if (!raised) {
    const names = new Set(added.interfaces.map(({ host }) => host))
    await Promise.all([...names].map((name) => settleHost(state, state.hosts.get(name)!)))
  }
  for (const { host, view } of added.moved) await state.hosts.get(host)?.container?.see(view)
  for (const { name } of added.hosts) state.events.add('host.start', name, next.addressOf.get(name))
}

async function makeHosts(state: LabState, added: PlanDiff, raised: boolean): Promise<void> {
  const making: Promise<void>[] = []
  for (const { name } of added.hosts) {
    const host = state.hosts.get(name)!
    making.push(makeHost(state, host, raised))
    if (making.length % AT_ONCE === 0) await new Promise((resolve) => setImmediate(resolve))
  }
  // All of them, so that no host is still being made when the first failure is undone.
  const failed = (await Promise.allSettled(making)).find((one) => one.status === 'rejected')
  if (failed !== undefined) throw failed.reason
}

/**
 * Makes a host with its interfaces.
 *
 * @param raised the fabric's ports come up at once; after a restart cuts must act on them before
 */
export async function makeHost(state: LabState, host: HostState, raised: boolean): Promise<void> {
  const { interfaces, routes } = partOf(state.plan!, host.name)
  const options = {
    name: host.name,
    view: state.plan!.viewOf.get(host.name) ?? 0,
    limits: host.settings,
  }
  const container = await Container.make(state.holder, options, (network) => {
    connect(state, network, interfaces, raised)
    configureNetwork(network, interfaces, routes, { ipv6: state.ipv6, loopback: true })
  })
  host.container = container
  // Those that are ready by now, while others are still being made.
  await state.fabric.settle()
  await applySysctls(state, host, container)
  host.status = 'running'
}

function connect(
  state: LabState,
  { netns }: ContainerNetwork,
  interfaces: readonly InterfacePlan[],
  raised: boolean,
): void {
  state.fabric.apply(
    interfaces.flatMap((one) => linkOf(state, one.link).cable!.connectMessages(one, netns, raised)),
  )
}

/** New interfaces and routes of hosts that run already. */
async function extendHosts(state: LabState, added: PlanDiff, raised: boolean): Promise<void> {
  const fresh = new Set(added.hosts.map(({ name }) => name))
  const names = new Set([...added.interfaces, ...added.routes].map(({ host }) => host))
  for (const name of names) {
    const container = state.hosts.get(name)?.container
    if (fresh.has(name) || container === undefined) continue
    const interfaces = added.interfaces.filter(({ host }) => host === name)
    const routes = added.routes.filter(({ host }) => host === name)
    const network = await container.network()
    try {
      connect(state, network, interfaces, raised)
      configureNetwork(network, interfaces, [], { ipv6: state.ipv6, loopback: false })
      network.route.batch(routes.map(routeMessage))
    } finally {
      container.release(network)
    }
  }
}
