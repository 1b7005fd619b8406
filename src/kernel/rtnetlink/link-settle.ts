import { performance } from 'node:perf_hooks'
import { setTimeout as sleep } from 'node:timers/promises'
import { Attributes } from '../netlink/attribute.js'
import type { Reply } from '../netlink/message.js'
import type { NetlinkSocket } from '../netlink/socket.js'
import { type LinkRef, linkQuery } from './link.js'
import { IFLA_OPERSTATE } from './link-attributes.js'

/** IF_OPER_UP of linux/if.h, and sizeof struct ifinfomsg. */
const IF_OPER_UP = 6
const HEADER = 16

/** Milliseconds between two looks. */
const PAUSE = 1

/**
 * Waits until devices that have just got a carrier carry frames. Of a veth pair the end that was
 * brought up first learns of its carrier from the kernel's link watch, a moment later on another
 * thread; until then its queue drops every frame in silence and its bridge port is disabled. (A lost
 * first ARP request costs a second.) Asking for a single device makes kernels from 6.6 on catch up at
 * once, so this usually returns after one question each.
 *
 * @param timeout milliseconds
 * @returns the devices that were not operational in time, e.g. as their other end is down
 * @throws NetlinkError `ENODEV` when there is no such device
 */
export async function linksSettled(
  socket: NetlinkSocket,
  links: readonly LinkRef[],
  timeout = 2000,
): Promise<LinkRef[]> {
  const deadline = performance.now() + timeout
  let waiting = linksUnsettled(socket, links)
  while (waiting.length > 0 && performance.now() < deadline) {
    await sleep(PAUSE)
    waiting = linksUnsettled(socket, waiting)
  }
  return waiting
}

/** One look of {@link linksSettled}: which of the devices are not operational now. */
export function linksUnsettled(socket: NetlinkSocket, links: readonly LinkRef[]): LinkRef[] {
  const questions = links.map((link) => linkQuery(link, 'without statistics'))
  const up = socket.getAll(questions, isUp)
  return links.filter((_, index) => up[index] !== true)
}

function isUp({ view, from, to }: Reply): boolean {
  return new Attributes(view, from + HEADER, to).u8(IFLA_OPERSTATE) === IF_OPER_UP
}
