import { type Barrier, BOTH, type Direction, Gate, TableBarrier } from '../../fault/gate.js'
import type { Message } from '../../kernel/netlink/message.js'
import { redirectDelete } from '../../kernel/rtnetlink/filter.js'
import { MAY_BE_GONE } from '../../kernel/rtnetlink/gone.js'
import { linkDelete, linkSet } from '../../kernel/rtnetlink/link.js'
import { qdiscAdd } from '../../kernel/rtnetlink/qdisc.js'
import { vethCreate } from '../../kernel/rtnetlink/veth.js'
import { EngineBarrier } from '../../wire/barrier.js'
import type { Side, WireEngine } from '../../wire/engine.js'
import { linkLabel } from '../plan/label.js'
import type { InterfacePlan, LinkDeclaration } from '../plan/types.js'
import { type BothConditions, PERFECT } from './both.js'
import type { Fabric } from './fabric.js'
import type { Port } from './ports.js'
import { Redirects } from './redirects.js'
import { type CableRule, CableRules } from './rules.js'

/** One end of a link in the fabric: the far end of a host's interface, or a port of a switch. */
interface CableEnd {
  /** The device on this end that the wire between begins at. */
  readonly port: Port
  /** The switch, where this end is one. */
  readonly bridge: Port | undefined
}

const SIDES: readonly [Side, Side] = ['a', 'b']

/**
 * A link as the fabric has it.
 *
 *     host - host      eth0 ~ p0 ==wire== p1 ~ eth0            wire: two redirects, or an engine
 *     host - switch    eth0 ~ p0 [bridge]                      without conditions p0 is the switch's port
 *                      eth0 ~ p0 ==wire=== p1 ~ p2 [bridge]    with conditions
 *     switch - switch  [bridge] p0 ~ p1 [bridge]               (~ is a veth pair)
 *                      [bridge] p0 ~ p1 ==wire=== p2 ~ p3 [bridge]
 */
export class Cable {
  readonly link: LinkDeclaration
  readonly gate = new Gate()
  readonly rules = new CableRules()
  readonly #fabric: Fabric
  readonly #ends: [CableEnd, CableEnd]
  readonly #redirects: Redirects
  /** The second veth pair, between the wire and a switch; its numbers are kept free until it is there. */
  readonly #pair: { readonly wire: Port; readonly switch: Port }
  #paired = false
  #engine: WireEngine | undefined
  #present: [boolean, boolean] = [false, false]
  #joined = false
  readonly #onPorts: () => void
  readonly #isClosed = (direction: Direction) => this.gate.isClosed(direction)

  /**
   * @param onPorts called when the switch's port becomes another one, before that is up: cuts act on
   * it from its first frame on
   */
  constructor(fabric: Fabric, link: LinkDeclaration, onPorts: () => void) {
    this.#onPorts = onPorts
    this.#fabric = fabric
    this.link = link
    const end = (at: 0 | 1): CableEnd => {
      const declared = link.ends[at]
      const bridge = declared.kind === 'switch' ? fabric.bridge(declared.switch) : undefined
      // Between a host and a switch there is one port: the host's, in the switch's bridge.
      return { port: fabric.numbers.port(), bridge }
    }
    this.#ends = [end(0), end(1)]
    this.#redirects = new Redirects(fabric, [this.#ends[0].port, this.#ends[1].port])
    this.#pair = { wire: fabric.numbers.port(), switch: fabric.numbers.port() }
  }

  get #direct(): boolean {
    return this.#ends.every(({ bridge }) => bridge === undefined)
  }

  get #trunk(): boolean {
    return this.#ends.every(({ bridge }) => bridge !== undefined)
  }

  /** Whether every host of the link is there. */
  get #complete(): boolean {
    return this.#ends.every(({ bridge }, at) => bridge !== undefined || this.#present[at])
  }

  get engine(): WireEngine | undefined {
    return this.#engine
  }

  /** The end that is a host's, of a link between a host and a switch; of others the second. */
  get #inner(): 0 | 1 {
    return this.#ends[0].bridge === undefined ? 0 : 1
  }

  /** The fabric device behind a host's interface. */
  portOf(end: 0 | 1): Port {
    return this.#ends[end].port
  }

  /**
   * The device that sees what passes an end: the same for the cable's whole life, though a switch's is there
   * only while something lies between the ends. A trunk's first end is a port of its switch, and `flipped`.
   */
  tapOf(end: 0 | 1): { readonly index: number; readonly flipped: boolean } {
    const { port, bridge } = this.#ends[end]
    const flipped = this.#trunk && end === 0
    return { index: bridge === undefined || flipped ? port.index : this.#pair.wire.index, flipped }
  }

  /** The switch's port that everything of this host passes, if this link leads from a host to a switch. */
  get switchPort(): Port | undefined {
    if (this.#direct || this.#trunk) return undefined
    if (!this.#present[this.#inner]) return undefined
    return this.#paired ? this.#pair.switch : this.#ends[this.#inner].port
  }

  /** Makes a host's interface and the port behind it, by one message; `raised` brings the port up as well. */
  connectMessages(interface_: InterfacePlan, netns: number, raised: boolean): Message[] {
    const { port } = this.#ends[interface_.end]
    const bridge = this.#engine === undefined ? this.#ends[1 - interface_.end]!.bridge : undefined
    const { mtu } = this.link
    const { name, index, mac } = interface_
    this.#present[interface_.end] = true
    if (raised) this.#fabric.note(port)
    const messages = [
      vethCreate(
        { ...port, mtu, master: bridge?.index, up: raised },
        { name, index, mac, mtu, netns },
      ),
    ]
    if (this.#direct) messages.push(qdiscAdd(port.index, 'clsact'))
    return messages
  }

  /** A host is about to vanish: its port goes first, so that not even a farewell leaves it. */
  disconnect(end: 0 | 1): void {
    this.gate.keepCount()
    this.#present[end] = false
    const other = this.#ends[1 - end]!.port.index
    const redirected = this.#direct && this.#engine === undefined
    this.#engine?.leavePort?.(this.link.id, SIDES[end])
    this.#fabric.apply([
      linkDelete(this.#ends[end].port.index, MAY_BE_GONE),
      ...(redirected ? [redirectDelete(other, MAY_BE_GONE)] : []),
    ])
    this.gate.unhang()
  }

  /** Brings a host's port up, after a restart. */
  raise(end: 0 | 1): void {
    this.#fabric.note(this.#ends[end].port)
    this.#fabric.apply([linkSet(this.#ends[end].port.index, { up: true })])
  }

  /** Takes the carrier of the link's interfaces away, or gives it back. */
  setCarrier(up: boolean): void {
    const here = this.#ends.filter(({ bridge }, at) => bridge === undefined && this.#present[at])
    const ports = this.#trunk ? [this.#ends[0]] : here
    if (up) for (const { port } of this.#trunk ? this.#ends : here) this.#fabric.note(port)
    this.#fabric.apply(ports.map(({ port }) => linkSet(port.index, { up })))
  }

  /** Joins the two ends, once both are there; a crashed host's link is joined when it comes back. */
  async join(conditions: BothConditions | undefined): Promise<void> {
    if (this.#trunk && !this.#present[0]) this.#makeTrunk()
    if (!this.#complete) return
    if (this.#carried(conditions)) await this.#joinEngine(conditions ?? PERFECT)
    else if (this.#direct) this.#redirects.make(this.#isClosed)
    this.#hang()
    this.#joined = true
  }

  /** After a host's port was made anew. */
  async rejoin(end: 0 | 1, conditions: BothConditions | undefined): Promise<void> {
    if (!this.#joined || (this.#engine === undefined && this.#carried(conditions)))
      return this.join(conditions)
    if (this.#engine !== undefined)
      await this.#engine.replacePort(this.link.id, SIDES[end], this.#ends[end].port.index)
    else if (this.#direct && this.#complete) this.#redirects.make(this.#isClosed)
    this.#hang()
  }

  /** Sets the conditions of each direction; a link that had none gets an engine between its ends. */
  async update(conditions: BothConditions): Promise<void> {
    if (this.#engine !== undefined || this.#complete) await this.#joinEngine(conditions)
  }

  /** A link with a rule is carried by the relay from then on. */
  addRule(rule: CableRule, conditions: BothConditions | undefined): Promise<void> {
    return this.rules.add(rule, () => this.update(conditions ?? PERFECT))
  }

  /** Undoes what `join` made in the fabric, when a start fails. */
  async remove(): Promise<void> {
    this.gate.unhang()
    await this.#engine?.detach(this.link.id).catch(() => undefined)
    const ports = this.#ends.map(({ port }) => port)
    if (this.#paired) ports.push(this.#pair.wire)
    for (const port of ports) this.#fabric.apply([linkDelete(port.index, MAY_BE_GONE)])
  }

  async #joinEngine(conditions: BothConditions): Promise<void> {
    const what = `link ${linkLabel(this.link)}`
    const engine = await this.#fabric.engine(conditions, what, this.#engine, this.rules.any)
    // Meanwhile another update may have come, or a host gone.
    if (this.#engine === engine) return this.#setConditions(engine, conditions)
    if (!this.#complete) return
    this.gate.unhang()
    const before = this.#engine
    if (before === undefined && !this.#direct) this.#insertPair()
    // What netem finds there it goes on with: nothing is lost in between.
    if (before === undefined && this.#direct && engine.name === 'relay') this.#redirects.remove()
    const [a, b] = this.#wirePorts()
    const detached = before?.detach(this.link.id)
    const attached = engine.attach({
      number: this.link.id,
      ports: { a: a.index, b: b.index },
      conditions: { a: conditions[0], b: conditions[1] },
      closed: BOTH.filter(this.#isClosed).map((at) => SIDES[at]),
    })
    this.#engine = engine
    this.#hang()
    await Promise.all([detached, attached, this.rules.moved(engine)])
  }

  async #setConditions(engine: WireEngine, [a, b]: BothConditions): Promise<void> {
    const { id } = this.link
    await Promise.all([engine.setConditions(id, 'a', a), engine.setConditions(id, 'b', b)])
  }

  /** The devices that the relay joins, in the order of the link's ends. */
  #wirePorts(): readonly [Port, Port] {
    if (!this.#paired) return [this.#ends[0].port, this.#ends[1].port]
    const inner = this.#ends[this.#inner].port
    const innerFirst = this.#inner === 0 || this.#trunk
    return innerFirst ? [inner, this.#pair.wire] : [this.#pair.wire, inner]
  }

  /** Puts a second veth pair between the inner port and its switch. */
  #insertPair(): void {
    const inner = this.#ends[this.#inner]
    const bridge = this.#trunk ? inner.bridge! : this.#ends[1 - this.#inner]!.bridge!
    const { wire, switch: port } = this.#pair
    const { mtu } = this.link
    this.#fabric.apply([
      vethCreate({ ...port, mtu }, { ...wire, mtu }),
      linkSet(wire.index, { up: true }),
      ...(this.#present[this.#inner] ? [linkSet(inner.port.index, { master: 0 })] : []),
      linkSet(port.index, { master: bridge.index }),
    ])
    this.#paired = true
    for (const one of [wire, port]) this.#fabric.note(one)
    this.#onPorts()
    this.#fabric.apply([linkSet(port.index, { up: true })])
  }

  #makeTrunk(): void {
    const [a, b] = this.#ends
    const { mtu } = this.link
    this.#fabric.apply([
      vethCreate({ ...a.port, mtu, master: a.bridge!.index, up: true }, { ...b.port, mtu }),
      linkSet(b.port.index, { master: b.bridge!.index, up: true }),
    ])
    for (const { port } of this.#ends) this.#fabric.note(port)
    this.#present = [true, true]
  }

  #carried(conditions: BothConditions | undefined): boolean {
    return conditions !== undefined || this.rules.any
  }

  #hang(): void {
    if (!this.#complete) return
    this.gate.hang(this.#barrier())
  }

  #barrier(): Barrier {
    if (this.#engine !== undefined) return new EngineBarrier(this.#engine, this.link.id)
    const name = `gate-${this.link.id}`
    const socket = this.#fabric.filter
    if (this.#direct) {
      const where = (direction: Direction) => ({
        device: this.#ends[direction].port.name,
        hook: 'ingress' as const,
      })
      return new TableBarrier(socket, name, where, (direction, present) =>
        this.#redirects.set(direction, present),
      )
    }
    // A switch's port meets at its ingress what comes from beyond it: a host, or the other switch.
    const device = this.#ends[this.#inner].port.name
    const inward: Direction = this.#trunk ? 0 : this.#inner
    return new TableBarrier(socket, name, (direction) => ({
      device,
      hook: direction === inward ? 'ingress' : 'egress',
    }))
  }
}
