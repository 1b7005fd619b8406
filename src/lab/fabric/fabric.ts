import { closeSync, constants, openSync } from 'node:fs'
import { Socket } from 'node:net'
import { NetrigError } from '../../base/errors.js'
import { nativePath } from '../../base/native.js'
import { errnoName } from '../../ffi/errno.js'
import type { Message } from '../../kernel/netlink/message.js'
import { NetlinkSocket } from '../../kernel/netlink/socket.js'
import { bridgeCreate } from '../../kernel/rtnetlink/bridge.js'
import { linkDelete, linkSet } from '../../kernel/rtnetlink/link.js'
import { linksSettled } from '../../kernel/rtnetlink/link-settle.js'
import type { Keeper } from '../../sandbox/keeper/keeper.js'
import { Op } from '../../sandbox/keeper/protocol.js'
import { cannotDo } from '../../wire/choice.js'
import type { NormalConditions } from '../../wire/conditions/index.js'
import type { WireEngine } from '../../wire/engine.js'
import { Relay } from '../../wire/relay/client.js'
import { relayLacks } from '../../wire/relay/support.js'
import { type Port, PortNumbers } from './ports.js'

/** linux/netlink.h */
const AF_NETLINK = 16
const SOCK_RAW = 3
const NETLINK_ROUTE = 0
const NETLINK_NETFILTER = 12

/** The namespace between the hosts: bridges, the far ends of all veth pairs, and the relay. */
export class Fabric {
  readonly numbers = new PortNumbers()
  readonly bridges = new Map<string, Port>()
  readonly #keeper: Keeper
  readonly #route: NetlinkSocket
  readonly #filter: NetlinkSocket
  readonly #seed: bigint
  #engine: Promise<WireEngine> | undefined
  readonly #fresh = new Set<number>()
  #lost: ((reason: Error) => void) | undefined

  private constructor(keeper: Keeper, seed: bigint, route: NetlinkSocket, filter: NetlinkSocket) {
    this.#keeper = keeper
    this.#seed = seed
    this.#route = route
    this.#filter = filter
  }

  static async open(keeper: Keeper, seed: bigint): Promise<Fabric> {
    const [route, filter] = await Promise.all([
      openNetlink(keeper, NETLINK_ROUTE),
      openNetlink(keeper, NETLINK_NETFILTER),
    ])
    return new Fabric(keeper, seed, route, filter)
  }

  /** A NETFILTER socket of the fabric, for cuts. */
  get filter(): NetlinkSocket {
    return this.#filter
  }

  get route(): NetlinkSocket {
    return this.#route
  }

  /** Sends rtnetlink messages to the fabric. */
  apply(messages: readonly Message[]): void {
    if (messages.length > 0) this.#route.batch(messages)
  }

  /** Notes a port of which the far end is brought up later, or by somebody else. */
  note(port: Port): void {
    this.#fresh.add(port.index)
  }

  /**
   * Waits until the noted ports carry frames: the end of a veth pair that came up first gets its queue
   * only from the kernel's link watch, and drops in silence until then. A lost first ARP request costs 1 s.
   */
  async settle(): Promise<void> {
    const ports = [...this.#fresh]
    this.#fresh.clear()
    try {
      if (ports.length > 0) await linksSettled(this.#route, ports)
    } catch (error) {
      if (!isGone(error)) throw error
      // A host crashed meanwhile, and its port with it: the others are waited for one by one.
      for (const port of ports) {
        await linksSettled(this.#route, [port]).catch((again: unknown) => {
          if (!isGone(again)) throw again
        })
      }
    }
  }

  /** Makes the bridge of a switch, down: ports join a bridge that is up more slowly the more there are. */
  addBridge(name: string): void {
    const bridge = this.numbers.bridge()
    this.apply([bridgeCreate({ name: bridge.name, index: bridge.index })])
    this.bridges.set(name, bridge)
  }

  bridge(name: string): Port {
    const bridge = this.bridges.get(name)
    if (bridge === undefined) throw new Error(`no bridge for switch ${name}`)
    return bridge
  }

  raiseBridges(names: readonly string[]): void {
    this.apply(names.map((name) => linkSet(this.bridge(name).index, { up: true })))
  }

  removeBridge(name: string): void {
    const bridge = this.bridges.get(name)
    if (bridge === undefined) return
    this.bridges.delete(name)
    this.apply([linkDelete(bridge.index, { allow: ['ENODEV'] })])
  }

  /**
   * Refuses conditions that no engine of this lab can do.
   *
   * @throws NetrigError UNSUPPORTED
   */
  checkEngine(conditions: readonly NormalConditions[], what: string): void {
    for (const one of conditions) {
      const lacking = relayLacks(one)
      if (lacking !== undefined) throw cannotDo('relay', lacking, what)
    }
  }

  /** What carries links with conditions, started when the first link needs it. */
  engine(): Promise<WireEngine> {
    this.#engine ??= this.#startRelay()
    return this.#engine
  }

  /** Who hears of it when the relay dies under the lab. */
  onWireLost(listener: (reason: Error) => void): void {
    this.#lost = listener
  }

  /** @param ends false for a lab that is kept, and with it whatever carries its links */
  async close(ends: boolean): Promise<void> {
    this.#route.close()
    this.#filter.close()
    if (!ends) return
    const engine = await this.#engine?.catch(() => undefined)
    await engine?.close()
  }

  /** A relay that died with its keeper is no news of its own: the keeper's end is told by its lifeline. */
  async #onRelayLost(reason: Error): Promise<void> {
    if ((await this.#keeper.whyLost()) === undefined) this.#lost?.(reason)
  }

  async #startRelay(): Promise<WireEngine> {
    const program = openSync(nativePath('relay'), constants.O_RDONLY)
    try {
      const { reply, fds } = await this.#keeper.request({ op: Op.Relay }, [program])
      if (reply.error !== 0) throw refused('start the relay', reply.error)
      const control = new Socket({ fd: fds[0]!, readable: true, writable: true })
      const relay = await Relay.open({ control, counters: fds[1]!, seed: this.#seed })
      relay.onLost((reason) => void this.#onRelayLost(reason))
      return relay
    } finally {
      closeSync(program)
    }
  }
}

async function openNetlink(keeper: Keeper, protocol: number): Promise<NetlinkSocket> {
  const args = [AF_NETLINK, SOCK_RAW, protocol]
  const { reply, fds } = await keeper.request({ op: Op.Socket, host: 0, args })
  if (reply.error !== 0) throw refused('open a netlink socket in the fabric', reply.error)
  return new NetlinkSocket(fds[0]!)
}

function isGone(error: unknown): boolean {
  return error instanceof NetrigError && error.errno === 'ENODEV'
}

function refused(what: string, error: number): NetrigError {
  return new NetrigError('KERNEL', `netrig could not ${what}: ${errnoName(error)}.`, {
    operation: 'lab.start',
    object: 'fabric',
    errno: errnoName(error),
    hint: 'run `npx netrig doctor`',
  })
}
