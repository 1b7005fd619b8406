import { NetrigError } from '../base/errors.js'
import { Random } from '../base/random.js'
import { checkOptions } from '../base/suggest.js'
import { Turns } from '../base/turns.js'
import { BOTH } from '../fault/gate.js'
import { prepareSpare } from '../sandbox/holder.js'
import { conditionNames, type LinkConditions } from '../wire/conditions/index.js'
import { findUnbitten, noteConditions, nothingBitten } from './bite.js'
import type { Capture } from './capture/capture.js'
import type { CaptureOptions } from './capture/options.js'
import { captureLab } from './capture/start.js'
import { ofNewLink, PERFECT, readConditions } from './conditions.js'
import type { LabEvent } from './events.js'
import { requireRunning } from './guard.js'
import { Host } from './host.js'
import { publishInfo } from './info.js'
import { buryHost } from './life.js'
import { Link } from './link.js'
import { forgetLab, watchLab } from './live.js'
import { type HostOptions, readHostOptions } from './options.js'
import { type Partition, type PartitionOptions, partition } from './partition.js'
import type { SwitchOptions } from './plan/declarations.js'
import { linkLabel } from './plan/label.js'
import { LINK_PLACE_OPTIONS, type LinkPlaceOptions } from './plan/link-options.js'
import type { EndDeclaration } from './plan/types.js'
import { labReport } from './report.js'
import { startLab } from './start.js'
import type { HostState, LabState } from './state.js'
import { stopLab } from './stop.js'
import { Switch } from './switch.js'

/** What a test may say about a link: its place in the network, and what it does to packets. */
export interface LinkOptions extends LinkPlaceOptions, Omit<LinkConditions, 'mtu'> {}

/** Anything that a link can end at. */
export type LinkEnd = Host | Switch

/** A network of hosts, and everything that can be done to it. Made by {@link createLab}. */
export class Lab implements AsyncDisposable {
  readonly #state: LabState
  readonly #hosts = new Map<string, Host>()
  #random: Random | undefined
  #stopped: Promise<void> | undefined

  /** @internal */
  constructor(state: LabState) {
    this.#state = state
    watchLab(this.id, { name: state.name, place: state.place })
    Object.assign(state.holder.keeper.events, {
      lost: (reason: Error) => this.#fail(reason),
      hostGone: (id: number) => this.#onHostGone(id),
    })
    state.fabric.onWireLost((reason) => this.#fail(reason))
  }

  /** Unique on the machine; `netrig ps` shows it. */
  get id(): string {
    return this.#state.holder.keeper.id
  }

  get name(): string {
    return this.#state.name
  }

  /** Everything that happened so far, in order. */
  get events(): readonly LabEvent[] {
    return this.#state.events.all
  }

  /** Why the lab is broken, if it is: its keeper or its wire died. A fixture fails the test with it. */
  get failure(): Error | undefined {
    return this.#state.failure
  }

  /** True until `stop()`. */
  get running(): boolean {
    return !this.#state.stopped
  }

  /** Chance that follows from the lab's seed. */
  random(): Random {
    this.#random ??= new Random(this.#state.seed)
    return this.#random
  }

  /**
   * Declares a host; it exists after the next `start()`.
   *
   * @param name a DNS label, by which other hosts reach it
   * @throws NetrigError INVALID_NAME, DUPLICATE_NAME, INVALID_OPTION, INVALID_UNIT, LAB_STOPPED
   */
  host(name: string, options?: HostOptions): Host {
    return this.#declareHost(name, 'host', options)
  }

  /**
   * Declares several hosts alike.
   *
   * @example
   * const [a, b, c] = lab.hosts('a', 'b', 'c')
   */
  hosts<const Names extends readonly string[]>(...names: Names): { [At in keyof Names]: Host } {
    return names.map((name) => this.host(name)) as { [At in keyof Names]: Host }
  }

  /** Declares a router: a host that forwards between its subnets. Hosts with one router on their subnet use it. */
  router(name: string, options?: HostOptions): Host {
    return this.#declareHost(name, 'router', options)
  }

  /**
   * Declares a switch.
   *
   * @throws NetrigError INVALID_NAME, DUPLICATE_NAME, INVALID_ADDRESS, SUBNET_OVERLAP, INVALID_OPTION
   */
  switch(name: string, options?: SwitchOptions): Switch {
    requireRunning(this.#state, 'lab.switch', false)
    this.#state.declarations.addSwitch(name, options)
    return new Switch(this.#state, name, () => {
      return this.#state.plan?.segments.find(({ switches }) => switches.includes(name))?.subnet
    })
  }

  /**
   * Declares a link between two hosts, a host and a switch, or two switches (routers are hosts).
   * Conditions hold in both directions; see {@link Link.update} for one.
   *
   * @throws NetrigError SELF_LINK, FOREIGN_HOST, TOO_MANY_PORTS, INVALID_OPTION, INVALID_UNIT,
   *   INVALID_ADDRESS, ADDRESS_TAKEN, SUBNET_OVERLAP, LAB_STOPPED
   * @example
   * lab.link(a, lan, { address: '10.0.0.7', delay: '5ms', rate: '100mbit' })
   */
  link(a: LinkEnd, b: LinkEnd, options: LinkOptions = {}): Link {
    requireRunning(this.#state, 'lab.link', false)
    checkOptions(options, [...LINK_PLACE_OPTIONS, ...conditionNames], 'lab.link')
    const ends = [this.#end(a), this.#end(b)] as const
    const label = linkLabel({ ends })
    // The MTU of a new link is that of its devices; only an update makes the wire's another one.
    const { subnet, address, mac, name, mtu, ...given } = options
    const wanted = readConditions(this.#state, label, PERFECT, given)
    const declaration = this.#state.declarations.addLink(ends, options, conditionNames)
    const link = {
      declaration,
      label,
      conditions: ofNewLink(wanted),
      cable: undefined,
      closed: new Set(wanted.down?.closed === true ? BOTH : []),
      carrier: true,
    }
    this.#state.links.push(link)
    noteConditions(link)
    return new Link(this.#state, link)
  }

  /**
   * Builds what was declared. May be called again after more was declared. When it fails, nothing
   * of what it built is left.
   *
   * @throws NetrigError SUBNET_FULL, SUBNET_OVERLAP, ADDRESS_TAKEN, UNSUPPORTED, KERNEL, LAB_STOPPED
   */
  async start(): Promise<void> {
    requireRunning(this.#state, 'lab.start', false)
    await this.#state.turns.take(() => startLab(this.#state))
    publishInfo(this.#state)
  }

  /**
   * Separates two groups of hosts until it is healed.
   *
   * @throws NetrigError INVALID_OPTION, FOREIGN_HOST, LAB_NOT_STARTED
   * @example
   * await using cut = await lab.partition([leader], followers)
   */
  async partition(
    a: readonly Host[],
    b: readonly Host[],
    options?: PartitionOptions,
  ): Promise<Partition> {
    requireRunning(this.#state, 'lab.partition', true)
    const names = (group: readonly Host[]) =>
      listOf(group).map((host) => this.#own(host, 'lab.partition').name)
    return partition(this.#state, names(a), names(b), options)
  }

  /** Captures every interface of every host into one file, of those also that start later. */
  async capture(options: CaptureOptions): Promise<Capture> {
    return captureLab(this.#state, options)
  }

  /** The topology, the programs and the faults that act, as text for a person. */
  report(): string {
    return labReport(this.#state)
  }

  /**
   * Leaves the lab standing when this process ends or `stop()` is called, until `netrig clean`.
   * Returns the command that enters a host.
   */
  keep(): string {
    requireRunning(this.#state, 'lab.keep', true)
    this.#state.kept = true
    publishInfo(this.#state)
    this.#state.holder.keeper.keepAlive()
    const first = this.#state.declarations.hosts[0]?.name ?? 'HOST'
    return `npx netrig exec ${this.id} ${first} -- sh`
  }

  /** Ends everything in the lab; resolves when its processes, mounts and control groups are gone. */
  stop(): Promise<void> {
    this.#stopped ??= this.#stop()
    return this.#stopped
  }

  async #stop(): Promise<void> {
    this.#state.stopped = true
    forgetLab(this.id)
    const unbitten = this.#state.mustBite && !this.failure ? findUnbitten(this.#state) : []
    await stopLab(this.#state)
    prepareSpare(this.#state.cwd)
    if (unbitten.length > 0) throw nothingBitten(this.name, unbitten)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop()
  }

  #declareHost(name: string, kind: 'host' | 'router', options: HostOptions | undefined): Host {
    const operation = `lab.${kind}`
    requireRunning(this.#state, operation, false)
    const settings = readHostOptions(String(name), options, operation)
    this.#state.declarations.addHost(name, kind)
    const host: HostState = {
      name,
      kind,
      settings,
      status: 'declared',
      container: undefined,
      lent: undefined,
      site: undefined,
      programs: new Set(),
      turns: new Turns(),
    }
    this.#state.hosts.set(name, host)
    const made = new Host(this.#state, host)
    this.#hosts.set(name, made)
    return made
  }

  #own(host: Host, operation: string): Host {
    if (host instanceof Host && this.#hosts.get(host.name) === host) return host
    throw foreign(operation, host)
  }

  #end(end: LinkEnd): EndDeclaration {
    if (end instanceof Switch) {
      if (end.owner === this.#state) return { kind: 'switch', switch: end.name }
      throw foreign('lab.link', end)
    }
    return { kind: 'host', host: this.#own(end, 'lab.link').name }
  }

  #fail(reason: Error): void {
    if (this.#state.stopped || this.#state.failure !== undefined) return
    this.#state.failure = reason
    this.#state.events.add('lab.lost', this.name, reason.message)
  }

  #onHostGone(id: number): void {
    for (const host of this.#state.hosts.values()) {
      if (host.container?.id === id) buryHost(this.#state, host)
    }
  }
}

function listOf(group: readonly Host[]): readonly Host[] {
  if (Array.isArray(group)) return group
  throw new NetrigError('INVALID_OPTION', 'lab.partition: each group is a list of hosts.', {
    operation: 'lab.partition',
    hint: 'write `await lab.partition([a], [b])`',
  })
}

function foreign(operation: string, end: unknown): NetrigError {
  const name = (end as { name?: unknown } | null)?.name
  const known = typeof name === 'string'
  return new NetrigError(
    'FOREIGN_HOST',
    known
      ? `${operation}: '${name}' belongs to another lab.`
      : `${operation}: ${end === null ? 'null' : typeof end} is no host, router or switch.`,
    {
      operation,
      object: known ? name : String(end),
      hint: 'pass what lab.host(), lab.router() or lab.switch() of this lab returned',
    },
  )
}
