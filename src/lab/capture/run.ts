import { Turns } from '../../base/turns.js'
import type { CaptureFile } from '../../wire/capture/file.js'
import { CaptureProgram } from '../../wire/capture/program.js'
import { CaptureOp, type CaptureStats, statsOf, texts } from '../../wire/capture/protocol.js'
import { requireRunning } from '../guard.js'
import type { LabState } from '../state.js'
import type { ActiveCapture } from './active.js'
import { brokenCapture } from './broken.js'
import { filterProgram } from './filter.js'
import { HARDWARE, Listener, system } from './listener.js'
import type { CaptureSettings } from './options.js'
import type { CaptureSubject } from './subject.js'

/** Bytes at the beginning of a file for TLS keys: about 60 connections of TLS 1.3. */
const KEYS_ROOM = 64 * 1024

/** A capture that runs. */
export class CaptureRun implements ActiveCapture {
  readonly #state: LabState
  readonly #subject: CaptureSubject
  readonly #settings: CaptureSettings
  readonly #file: CaptureFile
  readonly #turns = new Turns()
  #program: CaptureProgram | undefined
  #listener: Listener | undefined
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
    await this.#turns.take(async () => this.#listener?.follow()).catch(() => undefined)
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
    this.#listener = new Listener(this.#state, this.#subject, this.#settings, this.#program)
    const high = Math.floor(maxSize / 2 ** 32)
    const begun = this.#ask({
      op: CaptureOp.Begin,
      args: [snaplen, maxSize, high, keys ? KEYS_ROOM : 0],
      body: texts(HARDWARE, system(), 'netrig', comment),
    })
    await Promise.all([begun, this.#listener.follow()])
  }

  #ask(...request: Parameters<Listener['ask']>): Promise<readonly number[]> {
    return this.#listener!.ask(...request)
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
