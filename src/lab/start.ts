import type { Message } from '../kernel/netlink/message.js'
import { Container } from '../sandbox/container.js'
import { HOST_NETNS_FD } from '../sandbox/keeper/protocol.js'
import { refreshCaptures } from './capture/active.js'
import { applySysctls, networkMessages } from './configure.js'
import { Cable } from './fabric/cable.js'
import { writeViews } from './names.js'
import { diff, type PlanDiff } from './plan/diff.js'
import { plan } from './plan/plan.js'
import type { InterfacePlan, LabPlan, RoutePlan } from './plan/types.js'
import { settleHost } from './settle.js'
import {
  type HostState,
  interfacesOf,
  type LabState,
  LINK_DOWN,
  linkOf,
  refreshCuts,
} from './state.js'
import { undoStart } from './undo.js'

/** How many hosts are made at a time: the keeper is never idle, and what it was sent fits its socket. */
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
  const waiting = added.hosts.values()
  const failures: unknown[] = []
  const make = async () => {
    for (const { name } of waiting) {
      await makeHost(state, state.hosts.get(name)!, raised).catch((error: unknown) =>
        failures.push(error),
      )
    }
  }
  // All of them, so that no host is still being made when the first failure is undone.
  await Promise.all(Array.from({ length: AT_ONCE }, make))
  if (failures.length > 0) throw failures[0]
}

/**
 * Interfaces of a host that is being made: at up to 600 bytes each they fit the message (REQUEST_MAX of
 * wire.h), and the answers to them, which are charged 4.4 KB each, a socket's 208 KiB.
 */
const WIRED_AT_ONCE = 32

/**
 * Makes a host with its interfaces.
 *
 * @param raised the fabric's ports come up at once; after a restart cuts must act on them before
 */
export async function makeHost(state: LabState, host: HostState, raised: boolean): Promise<void> {
  const all = interfacesOf(state, host.name)
  const interfaces = all.slice(0, WIRED_AT_ONCE)
  const more = all.slice(WIRED_AT_ONCE)
  const routes = state.plan!.routes.filter((route) => route.host === host.name)
  const first = more.length === 0 ? routes : []
  const { ipv6 } = state
  const container = await Container.make(state.holder, {
    name: host.name,
    view: state.plan!.viewOf.get(host.name) ?? 0,
    limits: host.settings,
    wiring: {
      fabric: connectMessages(state, interfaces, HOST_NETNS_FD, raised),
      host: networkMessages(interfaces, first, { ipv6, loopback: true }),
    },
  })
  host.container = container
  for (const one of interfaces) linkOf(state, one.link).cable!.connected(one.end, raised)
  if (more.length > 0) await extendHost(state, container, more, routes, raised)
  await applySysctls(state, host, container)
  host.status = 'running'
}

function connectMessages(
  state: LabState,
  interfaces: readonly InterfacePlan[],
  netns: number,
  raised: boolean,
): Message[] {
  return interfaces.flatMap((one) =>
    linkOf(state, one.link).cable!.connectMessages(one, netns, raised),
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
    await extendHost(state, container, interfaces, routes, raised)
  }
}

async function extendHost(
  state: LabState,
  container: Container,
  interfaces: readonly InterfacePlan[],
  routes: readonly RoutePlan[],
  raised: boolean,
): Promise<void> {
  const network = await container.network()
  try {
    state.fabric.apply(connectMessages(state, interfaces, network.netns, raised))
    for (const one of interfaces) linkOf(state, one.link).cable!.connected(one.end, raised)
    const { ipv6 } = state
    network.route.batch(networkMessages(interfaces, routes, { ipv6, loopback: false }))
  } finally {
    container.release(network)
  }
}
