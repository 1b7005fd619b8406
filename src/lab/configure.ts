import type { Message } from '../kernel/netlink/message.js'
import { addressAdd } from '../kernel/rtnetlink/address.js'
import { linkQuery, linkSet } from '../kernel/rtnetlink/link.js'
import { routeAdd } from '../kernel/rtnetlink/route.js'
import type { Container, ContainerNetwork } from '../sandbox/container.js'
import { linkLocal } from './link-local.js'
import type { InterfacePlan, RoutePlan } from './plan/types.js'
import type { HostState, LabState } from './state.js'

/** The loopback device is number 1 in every network namespace. */
const LOOPBACK = 1

/** Brings a host's interfaces and routes up. All in one batch: a message costs microseconds, a call does too. */
export function configureNetwork(
  network: ContainerNetwork,
  interfaces: readonly InterfacePlan[],
  routes: readonly RoutePlan[],
  { ipv6, loopback }: { readonly ipv6: boolean; readonly loopback: boolean },
): void {
  const messages: Message[] = loopback ? [linkSet(LOOPBACK, { up: true })] : []
  for (const { index, mac, addresses } of interfaces) {
    // Before it is up: else the kernel adds a link-local address and spends 1.8 s on duplicate detection.
    messages.push(linkSet(index, { addrGenMode: 'none' }))
    if (ipv6) messages.push(addressAdd({ index, address: linkLocal(mac), prefix: 64 }))
    for (const { address, prefix } of addresses)
      messages.push(addressAdd({ index, address, prefix }))
    messages.push(linkSet(index, { up: true }))
    // It carries frames by now, but is said to be down until the link watch ran on another thread: asked for
    // by itself the kernel catches up (see linksSettled).
    messages.push(linkQuery(index, 'without statistics'))
  }
  for (const route of routes) messages.push(routeMessage(route))
  network.route.batch(messages)
}

export function routeMessage({ destination = 'default', via, index }: RoutePlan): Message {
  return routeAdd({ to: destination, via, index })
}

/** What a host's network is told beside addresses: forwarding on routers, and what the test asked for. */
export async function applySysctls(
  state: LabState,
  host: HostState,
  container: Container,
): Promise<void> {
  const wanted: (readonly [string, string])[] = []
  if (host.kind === 'router') {
    wanted.push(['net/ipv4/ip_forward', '1'])
    if (state.ipv6) wanted.push(['net/ipv6/conf/all/forwarding', '1'])
  }
  wanted.push(...host.settings.sysctls.map(({ path, value }) => [path, value] as const))
  await Promise.all(wanted.map(([path, value]) => container.sysctl(path, value)))
}
