import { release } from 'node:os'
import { closeFd } from '../../ffi/fd.js'
import { macBytes } from '../../kernel/netlink/mac.js'
import type { CaptureProgram } from '../../wire/capture/program.js'
import { CaptureOp, EVERY, InterfaceFlag, MOST_BODY, texts } from '../../wire/capture/protocol.js'
import type { HostState, LabState } from '../state.js'
import { filterProgram } from './filter.js'
import type { CaptureSettings } from './options.js'
import { type CapturePlace, keyOf } from './places.js'
import type { CaptureSubject } from './subject.js'

/** As the file calls what captures. */
export const HARDWARE = 'netrig'
/** Requests of a kind that are under way together. */
const AT_ONCE = 50

/** Hosts that have a place of their own in a capture, by the life in which they were met. */
type Lives = Map<HostState, unknown>

/** What a capture's program has been told of its lab: where to listen, and what is called how. */
export class Listener {
  readonly #state: LabState
  readonly #subject: CaptureSubject
  readonly #settings: CaptureSettings
  readonly #program: CaptureProgram
  readonly #numbers = new Map<string, number>()
  readonly #loopbacks: Lives = new Map()
  readonly #keys: Lives = new Map()
  readonly #named = new Set<string>()
  /** How many the file has: the program numbers them in the order in which it hears of them. */
  #interfaces = 0
  #ports = ''

  constructor(
    state: LabState,
    subject: CaptureSubject,
    settings: CaptureSettings,
    program: CaptureProgram,
  ) {
    this.#state = state
    this.#subject = subject
    this.#settings = settings
    this.#program = program
  }

  /** Asks the program for something. */
  ask(request: Parameters<CaptureProgram['request']>[0], fd?: number): Promise<readonly number[]> {
    if (request.op === CaptureOp.Interface) this.#interfaces += 1
    return this.#program.request(request, fd)
  }

  /**
   * Tells the program what is new in the lab. All requests go out together: it takes them in their order.
   */
  async follow(): Promise<void> {
    const places = this.#subject.places()
    const hosts = this.#settings.keys ? this.#subject.hosts() : []
    // But not thousands: a program that waits for its answers to be read takes no more requests.
    for (let at = AT_ONCE; at < places.length; at += AT_ONCE) {
      await Promise.all(places.slice(at - AT_ONCE, at).map((place) => this.#describe(place)))
    }
    for (let at = AT_ONCE; at < hosts.length; at += AT_ONCE) {
      await Promise.all(hosts.slice(at - AT_ONCE, at).map((host) => this.#watchKeys(host)))
    }
    await Promise.all([
      ...places.map((place) => this.#describe(place)),
      this.#listen(places),
      ...places.map((place) => this.#listenLoopback(place)),
      ...hosts.map((host) => this.#watchKeys(host)),
      ...this.#tellNames(),
    ])
  }

  async #describe(place: CapturePlace): Promise<void> {
    const { name, description, mac, tap } = place
    const key = keyOf(place)
    if (this.#numbers.has(key)) return
    this.#numbers.set(key, this.#interfaces)
    const bytes = mac === undefined ? undefined : Buffer.from(macBytes(mac))
    const flags =
      (tap === undefined ? InterfaceFlag.Own : 0) |
      (tap?.flipped ? InterfaceFlag.Flipped : 0) |
      (bytes === undefined ? 0 : InterfaceFlag.Mac)
    await this.ask({
      op: CaptureOp.Interface,
      args: [tap?.index ?? 0, flags, bytes?.readUInt32BE(0) ?? 0, bytes?.readUInt16BE(4) ?? 0],
      body: texts(name, description, this.#settings.filter, system(), HARDWARE),
    })
  }

  async #listen(places: readonly CapturePlace[]): Promise<void> {
    const ports = JSON.stringify(places.map(({ tap }) => tap))
    if (ports === this.#ports) return
    this.#ports = ports
    const body = filterProgram(this.#state, this.#settings.filter, this.#subject.operation, places)
    await this.ask({ op: CaptureOp.Filter, args: [EVERY], body })
  }

  async #listenLoopback(place: CapturePlace): Promise<void> {
    const host = place.loopback
    if (host === undefined) return
    const { container } = host
    const number = this.#numbers.get(keyOf(place))!
    if (this.#loopbacks.get(host) === container) return
    this.#loopbacks.set(host, container)
    if (container === undefined) {
      await this.ask({ op: CaptureOp.Socket, args: [number] })
      return
    }
    const socket = await container.packetSocket()
    try {
      await this.ask({ op: CaptureOp.Socket, args: [number] }, socket)
    } finally {
      closeFd(socket)
    }
    const body = filterProgram(
      this.#state,
      this.#settings.filter,
      this.#subject.operation,
      undefined,
    )
    await this.ask({ op: CaptureOp.Filter, args: [number], body })
  }

  async #watchKeys(host: HostState): Promise<void> {
    const { container } = host
    if (container === undefined || this.#keys.get(host) === container) return
    this.#keys.set(host, container)
    const file = await container.keyFile()
    try {
      await this.ask({ op: CaptureOp.Keys }, file)
    } finally {
      closeFd(file)
    }
  }

  #tellNames(): Promise<unknown>[] {
    const lines = (this.#state.plan?.interfaces ?? [])
      .flatMap(({ host, addresses }) => addresses.map(({ address }) => `${address} ${host}\n`))
      .filter((line) => !this.#named.has(line))
    const bodies: string[] = []
    for (const line of lines) {
      this.#named.add(line)
      const last = bodies.at(-1)
      if (last === undefined || last.length + line.length > MOST_BODY) bodies.push(line)
      else bodies[bodies.length - 1] = last + line
    }
    return bodies.map((body) => this.ask({ op: CaptureOp.Names, body }))
  }
}

export function system(): string {
  return `Linux ${release()}`
}
