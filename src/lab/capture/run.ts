import { release } from 'node:os'
import { NetrigError } from '../../base/errors.js'
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
import type { HostState, LabState } from '../state.js'
import type { ActiveCapture } from './active.js'
import { filterProgram } from './filter.js'
import type { CaptureSettings } from './options.js'
import type { CapturePlace } from './places.js'

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
    } catch (error) {
      run.#close()
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
    this.#program = await CaptureProgram.start(what, this.#state.holder.keeper, this.#file.fd, {
      onFull: () => this.#state.events.add('capture.full', name, this.#place),
      onBroken: (errno) => {
        this.#broken = errno
        this.#state.events.add('capture.failed', name, `${this.#file.path}: ${errno}`)
      },
    })
    const high = Math.floor(maxSize / 2 ** 32)
    await this.#ask({
      op: CaptureOp.Begin,
      args: [snaplen, maxSize, high, keys ? KEYS_ROOM : 0],
      body: texts(HARDWARE, system(), 'netrig', comment),
    })
    await this.#follow()
  }

  async #follow(): Promise<void> {
    const places = this.#subject.places()
    for (const place of places) await this.#describe(place)
    await this.#listen(places)
    for (const place of places) {
      const { loopback } = place
      if (loopback !== undefined) {
        await this.#listenLoopback(loopback, this.#numbers.get(keyOf(place))!)
      }
    }
    if (this.#settings.keys) for (const host of this.#subject.hosts()) await this.#watchKeys(host)
    await this.#tellNames()
  }

  async #describe({ name, description, mac, tap }: CapturePlace): Promise<void> {
    const key = keyOf({ name, tap })
    if (this.#numbers.has(key)) return
    const bytes = mac === undefined ? undefined : Buffer.from(macBytes(mac))
    const flags =
      (tap === undefined ? InterfaceFlag.Own : 0) |
      (tap?.flipped ? InterfaceFlag.Flipped : 0) |
      (bytes === undefined ? 0 : InterfaceFlag.Mac)
    const [number = 0] = await this.#ask({
      op: CaptureOp.Interface,
      args: [tap?.index ?? 0, flags, bytes?.readUInt32BE(0) ?? 0, bytes?.readUInt16BE(4) ?? 0],
      body: texts(name, description, this.#settings.filter, system(), HARDWARE),
    })
    this.#numbers.set(key, number)
  }

  async #listen(places: readonly CapturePlace[]): Promise<void> {
    const ports = JSON.stringify(places.map(({ tap }) => tap))
    if (ports === this.#ports) return
    const body = filterProgram(this.#state, this.#settings.filter, this.#subject.operation, places)
    await this.#ask({ op: CaptureOp.Filter, args: [EVERY], body })
    this.#ports = ports
  }

  async #listenLoopback(host: HostState, number: number): Promise<void> {
    const { container } = host
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

  async #tellNames(): Promise<void> {
    const lines = (this.#state.plan?.interfaces ?? [])
      .flatMap(({ host, addresses }) => addresses.map(({ address }) => `${address} ${host}\n`))
      .filter((line) => !this.#named.has(line))
    for (const line of lines) this.#named.add(line)
    for (let text = lines.splice(0); text.length > 0; ) {
      let size = 0
      const count = text.findIndex((line) => {
        size += line.length
        return size > MOST_BODY
      })
      const some = text.splice(0, count < 0 ? text.length : count)
      await this.#ask({ op: CaptureOp.Names, body: some.join('') })
    }
  }

  #ask(request: Parameters<CaptureProgram['request']>[0], fd?: number): Promise<readonly number[]> {
    return this.#program!.request(request, fd)
  }

  async #stop(): Promise<CaptureStats> {
    const { operation, name } = this.#subject
    try {
      const stats = statsOf(await this.#ask({ op: CaptureOp.Stop }))
      if (this.#broken !== undefined) throw broken(operation, this.#file.path, this.#broken)
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

/** After a start that failed a link of the same name is another one, with other devices. */
function keyOf({ name, tap }: Pick<CapturePlace, 'name' | 'tap'>): string {
  return `${name} ${tap?.index ?? ''}`
}

function system(): string {
  return `Linux ${release()}`
}

function broken(operation: string, path: string, errno: string): NetrigError {
  return new NetrigError(
    'CAPTURE_FAILED',
    `${operation}: '${path}' could not be written to its end (${errno}). What is in it is whole.`,
    {
      operation,
      object: path,
      errno,
      hint: errno === 'ENOSPC' ? 'the disk is full; give captures a maxSize' : undefined,
    },
  )
}
