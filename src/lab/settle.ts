import { linksSettled } from '../kernel/rtnetlink/link-settle.js'
import { type HostState, interfacesOf, type LabState } from './state.js'

/**
 * Waits until a host's own interfaces carry frames again, where the fabric's ends came up after them (a
 * restart, a carrier that returned): the kernel switches the queue of the end that was up first on later.
 */
export async function settleHost(state: LabState, host: HostState): Promise<void> {
  const { container } = host
  const indices = interfacesOf(state, host.name)
    .filter(({ link }) => state.links[link]?.carrier !== false)
    .map(({ index }) => index)
  if (container === undefined || indices.length === 0) return
  const network = await container.network()
  try {
    await linksSettled(network.route, indices)
  } finally {
    container.release(network)
  }
}
