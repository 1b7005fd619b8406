import { splitMix64 } from '../../base/random.js'
import {
  addEffects,
  type Direction,
  type Effect,
  NO_EFFECT,
  TableBarrier,
} from '../../fault/gate.js'
import type { NetlinkSocket } from '../../kernel/netlink/socket.js'
import { redirectAdd, redirectDelete } from '../../kernel/rtnetlink/filter.js'
import { MAY_BE_GONE } from '../../kernel/rtnetlink/gone.js'
import { linkGet } from '../../kernel/rtnetlink/link-list.js'
import { qdiscAdd } from '../../kernel/rtnetlink/qdisc.js'
import { type NormalConditions, perfect } from '../conditions/index.js'
import type { LinkStats, Side, WireEngine, WireLink } from '../engine.js'
import { Lane, type LanePort } from './lane.js'

/** Sockets of the fabric; they belong to it. */
export interface NetemOptions {
  readonly route: NetlinkSocket
  readonly filter: NetlinkSocket
  /** The lab's seed, 64 bits. */
  readonly seed: bigint
}

interface Wire {
  readonly ports: Record<Side, LanePort>
  /** By the end that sends. */
  readonly lanes: Readonly<Record<Side, Lane>>
  readonly down: Set<Side>
  barrier: TableBarrier
  /** What barriers ate that are gone. */
  readonly eaten: Record<Side, Effect>
}

const SIDES: readonly [Side, Side] = ['a', 'b']
const other = (side: Side): Side => (side === 'a' ? 'b' : 'a')

/** The wire in the kernel: redirects between two ports, and a {@link Tree} at each. */
export class Netem implements WireEngine {
  readonly name = 'netem'
  /** Frames stay what they are from one port to the other, marks and all. */
  readonly carriesMarks = true
  readonly #route: NetlinkSocket
  readonly #filter: NetlinkSocket
  readonly #seed: bigint
  readonly #wires = new Map<number, Wire>()

  constructor({ route, filter, seed }: NetemOptions) {
    this.#route = route
    this.#filter = filter
    this.#seed = seed
  }

  async attach(link: WireLink): Promise<void> {
    const ports = { a: this.#port(link.ports.a), b: this.#port(link.ports.b) }
    for (const side of SIDES) this.#hook(ports[side].index)
    const lane = (from: Side) =>
      new Lane(
        this.#route,
        laneSeed(this.#seed, link.number, from),
        { entry: ports[from], exit: ports[other(from)] },
        link.conditions?.[from] ?? perfect,
      )
    const wire: Wire = {
      ports,
      lanes: { a: lane('a'), b: lane('b') },
      down: new Set(),
      barrier: this.#barrier(link.number, ports),
      eaten: { a: NO_EFFECT, b: NO_EFFECT },
    }
    this.#wires.set(link.number, wire)
    for (const side of SIDES) {
      if (!link.closed?.includes(side)) this.#redirect(wire, side, true)
    }
  }

  async setConditions(link: number, from: Side, conditions: NormalConditions): Promise<void> {
    this.#wire(link).lanes[from].set(conditions)
  }

  async setDown(link: number, from: Side, down: boolean): Promise<void> {
    const wire = this.#wire(link)
    const direction = SIDES.indexOf(from) as Direction
    if (!down) {
      wire.down.delete(from)
      wire.barrier.open(direction)
      return
    }
    wire.down.add(from)
    wire.barrier.close(direction)
    wire.lanes[from].empty()
  }

  leavePort(link: number, side: Side): void {
    const wire = this.#wires.get(link)
    if (wire === undefined) return
    wire.lanes[side].keepCounts('entry')
    wire.lanes[other(side)].keepCounts('exit')
    // A chain goes with its device, on older kernels its counter, too: the barrier is made anew.
    for (const [at, from] of SIDES.entries()) {
      wire.eaten[from] = addEffects(wire.eaten[from], wire.barrier.eaten(at as Direction))
    }
    wire.barrier.dispose()
    wire.barrier = this.#barrier(link, wire.ports)
  }

  async replacePort(link: number, side: Side, ifindex: number): Promise<void> {
    const wire = this.#wire(link)
    wire.ports[side] = this.#port(ifindex)
    this.#hook(ifindex)
    wire.lanes[side].replace('entry', wire.ports[side])
    wire.lanes[other(side)].replace('exit', wire.ports[side])
    wire.barrier.dispose()
    wire.barrier = this.#barrier(link, wire.ports)
    for (const from of SIDES) {
      this.#redirect(wire, from, false)
      if (wire.down.has(from)) wire.barrier.close(SIDES.indexOf(from) as Direction)
      else this.#redirect(wire, from, true)
    }
  }

  /** What waits in the queues leaves them in its time; they do nothing more to what comes after it. */
  async detach(link: number): Promise<void> {
    const wire = this.#wires.get(link)
    if (wire === undefined) return
    this.#wires.delete(link)
    wire.barrier.dispose()
    for (const side of SIDES) {
      this.#redirect(wire, side, false)
      wire.lanes[side].set(perfect)
    }
  }

  stats(link: number): LinkStats {
    const { lanes, eaten, barrier } = this.#wire(link)
    const closed = (side: Side) =>
      addEffects(eaten[side], barrier.eaten(SIDES.indexOf(side) as Direction))
    return { a: lanes.a.stats(closed('a')), b: lanes.b.stats(closed('b')) }
  }

  /** The kernel does not die under a lab. */
  onLost(): void {}

  async close(): Promise<void> {
    this.#wires.clear()
  }

  #wire(link: number): Wire {
    const wire = this.#wires.get(link)
    if (wire === undefined) throw new Error(`netem has no link ${link}`)
    return wire
  }

  #port(index: number): LanePort {
    const { mtu } = linkGet(this.#route, index)
    return { index, mtu }
  }

  /** The place where redirects and counters hang. */
  #hook(index: number): void {
    this.#route.request({ ...qdiscAdd(index, 'clsact'), allow: ['EEXIST'] })
  }

  #redirect({ ports }: Wire, from: Side, present: boolean): void {
    const [entry, exit] = [ports[from].index, ports[other(from)].index]
    this.#route.request(
      present
        ? { ...redirectAdd({ from: entry, to: exit }), allow: ['EEXIST', 'ENODEV', 'EINVAL'] }
        : redirectDelete(entry, MAY_BE_GONE),
    )
  }

  #barrier(link: number, ports: Record<Side, LanePort>): TableBarrier {
    const entry = (direction: Direction) => ports[SIDES[direction]]
    return new TableBarrier(
      this.#filter,
      `wire-${link}`,
      (direction) => ({ device: nameOf(this.#route, entry(direction)), hook: 'ingress' }),
      (direction, present) => {
        const wire = this.#wires.get(link)
        if (wire !== undefined) this.#redirect(wire, SIDES[direction], present)
      },
    )
  }
}

function nameOf(route: NetlinkSocket, { index }: LanePort): string {
  return linkGet(route, index).name
}

/** Each direction of each link draws from a generator of its own. */
function laneSeed(seed: bigint, link: number, from: Side): bigint {
  const [mixed] = splitMix64(seed, 1)
  return mixed! ^ ((BigInt(link) << 8n) | BigInt(SIDES.indexOf(from)))
}
