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
import {
  chooseEngine,
  type EngineChoice,
  engineLacks,
  noNetem,
  noRules,
} from '../../wire/choice.js'
import type { NormalConditions } from '../../wire/conditions/index.js'
import type { WireEngine } from '../../wire/engine.js'
import { Netem } from '../../wire/netem/engine.js'
import { netemAvailable } from '../../wire/netem/probe.js'
import { Relay } from '../../wire/relay/client.js'
import { type Port, PortNumbers } from './ports.js'

/** linux/netlink.h */
const AF_NETLINK = 16
const SOCK_RAW = 3
const NETLINK_ROUTE = 0
const NETLINK_NETFILTER = 12

export interface FabricOptions {
  /** The lab's seed, 64 bits. */
  readonly seed: bigint
  readonly engine: EngineChoice
}

/** The namespace between the hosts: bridges, the far ends of all veth pairs, and the relay. */
export class Fabric {
  readonly numbers = new PortNumbers()
  readonly bridges = new Map<string, Port>()
  readonly #keeper: Keeper
  readonly #route: NetlinkSocket
  readonly #filter: NetlinkSocket
  readonly #seed: bigint
  readonly #choice: EngineChoice
  #relay: Promise<WireEngine> | undefined
  #netem: WireEngine | undefined
  readonly #fresh = new Set<number>()
  #lost: ((reason: Error) => void) | undefined

  private constructor(
    keeper: Keeper,
    { seed, engine }: FabricOptions,
    route: NetlinkSocket,
    filter: NetlinkSocket,
  ) {
    this.#keeper = keeper
    this.#seed = seed
    this.#choice = engine
    this.#route = route
    this.#filter = filter
  }

  /** @throws NetrigError UNSUPPORTED for `engine: 'netem'` on a kernel without it */
  static async open(keeper: Keeper, options: FabricOptions): Promise<Fabric> {
    const [route, filter] = await Promise.all([
      openNetlink(keeper, NETLINK_ROUTE),
      openNetlink(keeper, NETLINK_NETFILTER),
    ])
    const refused = options.engine === 'netem' ? netemAvailable(route) : true
    if (refused === true) return new Fabric(keeper, options, route, filter)
    route.close()
    filter.close()
    throw noNetem(refused)
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
   * Refuses conditions that the engine which this lab was told to take cannot do.
   *
   * @throws NetrigError UNSUPPORTED
   */
  checkEngine(conditions: readonly NormalConditions[], what: string): void {
    chooseEngine(this.#choice, () => this.#hasNetem, conditions, what)
  }

  /**
   * What carries a link with these conditions, started when the first link needs it: what carries it
   * already, if that can do them.
   *
   * @param ruled whether it is to know rules
   */
  engine(
    conditions: readonly NormalConditions[],
    what: string,
    current?: WireEngine,
    ruled = false,
  ): Promise<WireEngine> {
    if (ruled && this.#choice === 'netem') throw noRules(what)
    const fits = current !== undefined && engineLacks(current.name, conditions) === undefined
    if (fits && (current.rules !== undefined || !ruled)) return Promise.resolve(current)
    const choice = ruled ? 'relay' : this.#choice
    const name = chooseEngine(choice, () => this.#hasNetem, conditions, what)
    if (name === 'relay') this.#relay ??= this.#startRelay()
    else this.#netem ??= new Netem({ route: this.#route, filter: this.#filter, seed: this.#seed })
    return name === 'relay' ? this.#relay! : Promise.resolve(this.#netem!)
  }

  get #hasNetem(): boolean {
    return netemAvailable(this.#route) === true
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
    const engine = await this.#relay?.catch(() => undefined)
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
      const [descriptor, counters] = [fds[0]!, fds[1]!]
      const control = new Socket({ fd: descriptor, readable: true, writable: true })
      const relay = await Relay.open({ control, descriptor, counters, seed: this.#seed })
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
