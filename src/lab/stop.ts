import { destroySocketsIfPossible } from '../kernel/sockdiag/destroy.js'
import { closeViews } from './names.js'
import type { HostState, LabState } from './state.js'

/** Ends a lab, or leaves a kept one to itself. */
export async function stopLab(state: LabState): Promise<void> {
  state.events.add('lab.stop', state.name)
  await Promise.all([...state.captures].map((one) => one.end()))
  for (const playing of state.plays) void playing.stop().catch(() => undefined)
  for (const fault of state.made) fault.freeze?.()
  for (const cut of state.cuts) {
    try {
      // What they ate is asked for after the end, too.
      cut.end()
    } catch {
      // A count is not worth a lab that does not stop.
    }
  }
  closeViews(state)
  if (state.kept) {
    // The hosts stay; sockets of theirs in this process would only hold it back from ending.
    await destroyLent([...state.hosts.values()])
    await state.fabric.close(false)
    state.holder.keeper.abandon()
    return
  }
  await destroyLent([...state.hosts.values()])
  await state.holder.keeper.stop()
  await state.fabric.close(true)
  state.holder.cgroup?.remove()
  // Each program's outer end notices that its host is gone, and ends.
  await Promise.all(
    [...state.hosts.values()].flatMap(({ programs }) => [...programs].map(({ exited }) => exited)),
  )
  for (const host of state.hosts.values()) {
    host.container = undefined
    if (host.status !== 'declared') host.status = 'crashed'
  }
}

/** Sockets that the test still holds would keep the network of a dead host alive. */
async function destroyLent(hosts: readonly HostState[]): Promise<void> {
  const diagnostics = await Promise.all(
    hosts.map(({ lent, container }) =>
      lent?.inUse ? container?.diagnostics().catch(() => undefined) : undefined,
    ),
  )
  // All at once: one that hears of its peer's end would say ECONNRESET to a test that is over.
  for (const one of diagnostics) {
    if (one !== undefined) destroySocketsIfPossible(one)
    one?.close()
  }
  for (const { lent } of hosts) lent?.destroyAll()
}
