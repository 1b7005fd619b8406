import { release } from 'node:os'
import { Turns } from '../../base/turns.js'
import { closeFd } from '../../ffi/fd.js'
import { macBytes } from '../../kernel/netlink/mac.js'
import type { CaptureFile } from '../../wire/capture/file.js'
import { CaptureProgram } from '../../wire/capture/program.js'
import {
  CaptureOp,
  type CaptureStats,
  EVERY,
  InterfaceFlag,
  MOST_BODY,
  statsOf,
  texts,
} from '../../wire/capture/protocol.js'
import { requireRunning } from '../guard.js'
import type { HostState, LabState } from '../state.js'
import type { ActiveCapture } from './active.js'
import { brokenCapture } from './broken.js'
import { filterProgram } from './filter.js'
import type { CaptureSettings } from './options.js'
import { type CapturePlace, keyOf } from './places.js'

/** What a capture is of. */
export interface CaptureSubject {
  /** As errors name it: `host.capture`. */
  readonly operation: string
  /** As events name it: a host, a link or the lab. */
  readonly name: string
  /** In words, for the file's comment. */
  readonly comment: string
  /** Where it listens now. */
  places(): readonly CapturePlace[]
  /** Whose programs hand over TLS keys, if keys are asked for. */
  hosts(): readonly HostState[]
}

const HARDWARE = 'netrig'
/** Bytes at the beginning of a file for TLS keys: about 60 connections of TLS 1.3. */
const KEYS_ROOM = 64 * 1024
/** Requests of a kind that are under way together. */
const AT_ONCE = 50

/** Hosts that have a place of their own in a capture, by the life in which they were met. */
type Lives = Map<HostState, unknown>

/** A capture that runs: keeps its program listening where it should. */
export class CaptureRun implements ActiveCapture {
  readonly #state: LabState
  readonly #subject: CaptureSubject
  readonly #settings: CaptureSettings
  readonly #file: CaptureFile
  readonly #turns = new Turns()
  readonly #numbers = new Map<string, number>()
  readonly #loopbacks: Lives = new Map()
  readonly #keys: Lives = new Map()
  readonly #named = new Set<string>()
  /** How many the file has: the program numbers them in the order in which it hears of them. */
  #interfaces = 0
  #ports = ''
  #program: CaptureProgram | undefined
  #ended: Promise<CaptureStats> | undefined
  #broken: string | undefined

  private constructor(
    state: LabState,
    subject: CaptureSubject,
    settings: CaptureSettings,
    file: CaptureFile,
  ) {
    this.#state = state
    this.#subject = subject
    this.#settings = settings
    this.#file = file
  }

  /**
   * Begins; whatever is sent after this resolves is in the file.
   *
   * @param open opens the file, when everything else has been found right
   * @throws NetrigError INVALID_FILTER, CAPTURE_FAILED
   */
  static async start(
    state: LabState,
    subject: CaptureSubject,
    settings: CaptureSettings,
    open: () => CaptureFile,
  ): Promise<CaptureRun> {
    filterProgram(state, settings.filter, subject.operation, [])
    const run = new CaptureRun(state, subject, settings, open())
    try {
      await run.#begin()
      // A lab that was stopped meanwhile would not end it any more.
      requireRunning(state, subject.operation, false)
    } catch (error) {
      run.#close()
      // It may have failed because the lab ended: then that is why.
      requireRunning(state, subject.operation, false)
      throw error
    }
    state.captures.add(run)
    state.events.add('capture.start', subject.name, run.#place)
    return run
  }

  /** The file, where it has a name that says anything. */
  get #place(): string | undefined {
    return this.path.startsWith('/proc/self/') ? undefined : this.path
  }

  get path(): string {
    return this.#file.path
  }

  wantsKeysOf(host: string): boolean {
    return this.#settings.keys && this.#subject.hosts().some(({ name }) => name === host)
  }

  /** TLS keys that this process knows, in the lines of an SSLKEYLOGFILE. */
  async addKeys(lines: string): Promise<void> {
    await this.#turns.take(() => this.#ask({ op: CaptureOp.Keys, body: lines }))
  }

  /** What was counted, of all that has arrived; after the end what it was then. */
  stats(): Promise<CaptureStats> {
    if (this.#ended !== undefined) return this.#ended
    return this.#turns.take(async () => statsOf(await this.#ask({ op: CaptureOp.Count })))
  }

  /** @throws NetrigError CAPTURE_FAILED when packets that should be in the file are not */
  stop(): Promise<CaptureStats> {
    this.#ended ??= this.#turns.take(() => this.#stop())
    return this.#ended
  }

  /** Asks for more than places have. */
  async add(more: (ask: CaptureProgram['request']) => Promise<void>): Promise<void> {
    await this.#turns.take(() => more((request, fd) => this.#ask(request, fd)))
  }

  async end(): Promise<void> {
    await this.stop().catch(() => undefined)
  }

  async refresh(): Promise<void> {
    if (this.#ended !== undefined) return
    // A capture that died says so when it is stopped: it is no reason for a lab not to start.
    await this.#turns.take(() => this.#follow()).catch(() => undefined)
  }

  async #begin(): Promise<void> {
    const { snaplen, maxSize, keys } = this.#settings
    const { comment, name, operation } = this.#subject
    const what = `${operation} to '${this.#file.path}'`
    this.#program = CaptureProgram.start(what, this.#state.holder.keeper, this.#file.fd, {
      onFull: () => this.#state.events.add('capture.full', name, this.#place),
      onBroken: (errno) => {
        this.#broken = errno
        this.#state.events.add('capture.failed', name, `${this.#file.path}: ${errno}`)
      },
    })
    const high = Math.floor(maxSize / 2 ** 32)
    const begun = this.#ask({
      op: CaptureOp.Begin,
      args: [snaplen, maxSize, high, keys ? KEYS_ROOM : 0],
      body: texts(HARDWARE, system(), 'netrig', comment),
    })
    await Promise.all([begun, this.#follow()])
  }

  /** All requests go out together: the program takes them in their order. */
  async #follow(): Promise<void> {
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
    await this.#ask({
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
    await this.#ask({ op: CaptureOp.Filter, args: [EVERY], body })
  }

  async #listenLoopback(place: CapturePlace): Promise<void> {
    const host = place.loopback
    if (host === undefined) return
    const { container } = host
    const number = this.#numbers.get(keyOf(place))!
    if (this.#loopbacks.get(host) === container) return
    this.#loopbacks.set(host, container)
    if (container === undefined) {
      await this.#ask({ op: CaptureOp.Socket, args: [number] })
      return
    }
    const socket = await container.packetSocket()
    try {
      await this.#ask({ op: CaptureOp.Socket, args: [number] }, socket)
    } finally {
      closeFd(socket)
    }
    const body = filterProgram(
      this.#state,
      this.#settings.filter,
      this.#subject.operation,
      undefined,
    )
    await this.#ask({ op: CaptureOp.Filter, args: [number], body })
  }

  async #watchKeys(host: HostState): Promise<void> {
    const { container } = host
    if (container === undefined || this.#keys.get(host) === container) return
    this.#keys.set(host, container)
    const file = await container.keyFile()
    try {
      await this.#ask({ op: CaptureOp.Keys }, file)
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
    return bodies.map((body) => this.#ask({ op: CaptureOp.Names, body }))
  }

  #ask(request: Parameters<CaptureProgram['request']>[0], fd?: number): Promise<readonly number[]> {
    if (request.op === CaptureOp.Interface) this.#interfaces += 1
    return this.#program!.request(request, fd)
  }

  async #stop(): Promise<CaptureStats> {
    const { operation, name } = this.#subject
    try {
      const stats = statsOf(await this.#ask({ op: CaptureOp.Stop }))
      if (this.#broken !== undefined) throw brokenCapture(operation, this.#file.path, this.#broken)
      this.#state.events.add('capture.stop', name, `${stats.packets} packets`)
      return stats
    } catch (error) {
      // The program goes with the lab: then the lab says why.
      throw this.#state.failure ?? error
    } finally {
      this.#close()
    }
  }

  #close(): void {
    this.#state.captures.delete(this)
    // Its last answer has been heard: what the kernel still has to tidy up nobody waits for.
    this.#program?.end()
    this.#file.close()
  }
}

function system(): string {
  return `Linux ${release()}`
}
