import { destroySocketsIfPossible } from '../kernel/sockdiag/destroy.js'
import { refreshCaptures } from './capture/active.js'
import { settleHost } from './settle.js'
import { siteOf } from './site.js'
import { makeHost } from './start.js'
import { type HostState, interfacesOf, type LabState, refreshCuts } from './state.js'

/**
 * A host loses its power: its ports go first, so that nothing it would still say (a FIN, a RST) leaves it,
 * then everything in it dies.
 */
export async function crashHost(state: LabState, host: HostState): Promise<void> {
  const container = host.container
  if (container === undefined) return
  host.status = 'crashed'
  host.container = undefined
  state.events.add('host.crash', host.name)
  const diagnostics = host.lent?.inUse
    ? await container.diagnostics().catch(() => undefined)
    : undefined
  unplug(state, host)
  await container.kill()
  if (diagnostics !== undefined) {
    // One lent socket would keep the dead host's network alive, and with it a peer's connection.
    destroySocketsIfPossible(diagnostics)
    diagnostics.close()
  }
  host.lent?.destroyAll()
  host.lent = undefined
  host.site = undefined
  await refreshCaptures(state.captures)
  await Promise.all([...host.programs].map((program) => program.exited))
}

/** A host whose PID 1 was killed from outside: what is left of it goes as after a crash. */
export function buryHost(state: LabState, host: HostState): void {
  const { container, lent } = host
  host.status = 'crashed'
  host.container = undefined
  host.lent = undefined
  host.site = undefined
  state.events.add('host.died', host.name, 'its PID 1 ended unasked')
  // Sockets that the test holds keep the network of a dead host alive, and answering.
  unplug(state, host)
  lent?.destroyAll()
  // For its control group; the keeper may be dying, too.
  container?.kill().catch(() => undefined)
  // One that hears the loopback device would keep the network, too.
  void refreshCaptures(state.captures)
}

function unplug(state: LabState, host: HostState): void {
  for (const { link, end } of interfacesOf(state, host.name)) {
    state.links[link]?.cable?.disconnect(end)
  }
  refreshCuts(state)
}

/** The host comes back with its name, addresses and links. */
export async function restartHost(state: LabState, host: HostState): Promise<void> {
  if (host.container !== undefined) await crashHost(state, host)
  try {
    await makeHost(state, host, false)
  } catch (error) {
    // Ports that were made already would be in the way of the next attempt.
    unplug(state, host)
    throw error
  }
  const interfaces = interfacesOf(state, host.name)
  for (const { link, end } of interfaces)
    await state.links[link]?.cable?.rejoin(end, state.links[link]?.conditions)
  refreshCuts(state)
  for (const { link, end } of interfaces) {
    if (state.links[link]?.carrier !== false) state.links[link]?.cable?.raise(end)
  }
  await refreshCaptures(state.captures)
  await state.fabric.settle()
  await settleHost(state, host)
  state.events.add('host.restart', host.name)
}

/** Starts the programs that were to come back with their host; resolves when they are ready. */
export async function respawnPrograms(state: LabState, host: HostState): Promise<void> {
  const site = siteOf(state, host, 'host.restart')
  await Promise.all([...host.programs].map((program) => program.respawn(site)?.ready))
}
