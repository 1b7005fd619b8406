import type { Readable, Writable } from 'node:stream'
import type { ResultPromise } from 'execa'
import type { NetrigError } from '../base/errors.js'
import { checkOptions } from '../base/suggest.js'
import { type Duration, parseDuration } from '../base/units.js'
import { Life, type ProgramExit } from './life.js'
import { type Place, placeAbove } from './place.js'
import type { SignalName } from './signals.js'
import type { ProgramSite } from './site.js'
import { type ProgramSpec, readSpec, type SpawnOptions } from './spec.js'
import { waitReady } from './wait-ready.js'

/** Milliseconds between SIGTERM and SIGKILL. */
const GRACE = 2000

export interface KillOptions {
  /** Its process group, as `kill -- -PID`. */
  readonly group?: boolean
  /** It and everything that descends from it. */
  readonly tree?: boolean
}

export interface StopOptions {
  /** Between SIGTERM and SIGKILL; 2 s unless given. */
  readonly grace?: Duration
}

/**
 * A program that runs in a host beside the test. It ends with its host, its lab and its test, and
 * however it ends, no promise of it is an unhandled rejection.
 */
export class Program {
  readonly spec: ProgramSpec
  readonly #place: Place
  #site: ProgramSite
  #life: Life
  #ready: Promise<void>

  constructor(site: ProgramSite, spec: ProgramSpec, place: Place) {
    this.#place = place
    this.#site = site
    this.spec = spec
    this.#life = new Life(site, spec, place)
    this.#ready = this.#await()
  }

  /** The host's name. */
  get host(): string {
    return this.#site.host
  }

  /** The command as it was written. */
  get command(): string {
    return this.#life.words.join(' ')
  }

  /** The program in a few words, for messages. */
  get describe(): string {
    const pid = this.pid === undefined ? '' : ` (pid ${this.pid})`
    return `${this.command} on ${this.host}${pid}: ${this.exitText}`
  }

  /** The pid in the host; undefined until the program runs. */
  get pid(): number | undefined {
    return this.#life.pid
  }

  /** Settles when the program runs. @throws NetrigError, e.g. `PROGRAM_NOT_FOUND` */
  get started(): Promise<void> {
    return this.#life.started
  }

  /**
   * Resolves when the program is ready as its `ready` strategy says; without one, when it runs.
   *
   * @throws NetrigError `NOT_READY` when the time was over, `PROGRAM_FAILED` when it ended before, both
   * with its last lines; or why it did not run, as {@link started}
   */
  get ready(): Promise<void> {
    return this.#ready
  }

  /** Resolves when the program has ended; never rejects. */
  get exited(): Promise<ProgramExit> {
    return this.#life.exited
  }

  /** True when the program has ended, or did not start. */
  get ended(): boolean {
    return this.#life.exit !== undefined
  }

  /** Undefined while it runs, and when a signal ended it. */
  get exitCode(): number | undefined {
    return this.#life.exit?.exitCode
  }

  /** The signal that ended it. */
  get signal(): SignalName | undefined {
    return this.#life.exit?.signal
  }

  /** Why the program did not run. */
  get failure(): NetrigError | undefined {
    return this.#life.failure
  }

  /** How it is, or how it ended, in a few words. */
  get exitText(): string {
    const { exit, failure } = this.#life
    if (failure !== undefined) return 'did not start'
    if (exit === undefined) return this.#life.paused ? 'paused' : 'running'
    return exit.signal ?? `exit code ${exit.exitCode}`
  }

  /** The last lines of its output: at most 50, and 64 KiB. */
  get lastLines(): readonly string[] {
    return this.#life.output.lastLines
  }

  /** null unless stdin is a pipe, which it is unless the options say otherwise. */
  get stdin(): Writable | null {
    return this.#life.stdin
  }

  /** May be read or left alone: an output that nobody reads does not stop the program. */
  get stdout(): Readable {
    return this.#life.stdout
  }

  get stderr(): Readable {
    return this.#life.stderr
  }

  /** Both outputs, as they came. */
  get all(): Readable {
    return this.#life.all
  }

  /** What execa made of it: for `sendMessage` and the like. Its promise may reject. */
  get subprocess(): ResultPromise {
    return this.#life.subprocess
  }

  /**
   * Sends a signal to the program (SIGTERM unless given), its group or its tree.
   *
   * @returns false when it had ended before; what is started in the host after this has resolved finds
   * the signal delivered
   */
  kill(signal: SignalName | number = 'SIGTERM', options: KillOptions = {}): Promise<boolean> {
    checkOptions(options, ['group', 'tree'], 'program.kill')
    return this.#life.signal(signal, options.tree ? 'tree' : options.group ? 'group' : 'process')
  }

  /** Stops the program and all it has started in their tracks (SIGSTOP). */
  pause(): Promise<boolean> {
    this.#life.paused = true
    return this.#life.signal('SIGSTOP', 'tree')
  }

  /** Undoes {@link pause}. */
  resume(): Promise<boolean> {
    this.#life.paused = false
    return this.#life.signal('SIGCONT', 'tree')
  }

  /**
   * Ends the program and everything that it has started: SIGTERM, and SIGKILL for what is there after
   * the grace. Resolves when all of it is gone.
   */
  stop(options: StopOptions = {}): Promise<void> {
    checkOptions(options, ['grace'], 'program.stop')
    const { grace } = options
    return this.#life.stop(grace === undefined ? GRACE : parseDuration(grace, 'program.stop grace'))
  }

  /**
   * Starts the program anew when its host has been restarted, if it was spawned with `restart: true`. This
   * same object then stands for the new run, with streams and promises of its own.
   *
   * @param site the host's new life
   * @returns undefined if it was not to come back, or runs still
   */
  respawn(site: ProgramSite): Program | undefined {
    if (!this.spec.restart || !this.ended) return undefined
    this.#site = site
    this.#life = new Life(this.#site, this.spec, this.#place)
    this.#ready = this.#await()
    return this
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop()
  }

  #await(): Promise<void> {
    const ready = waitReady(this.#life, this.spec.ready)
    ready.catch(() => undefined)
    return ready
  }
}

/**
 * Starts a program in a host and returns at once.
 *
 * @throws NetrigError `INVALID_OPTION`, `UNSUPPORTED`, `HOST_DOWN`; a program that does not exist makes
 * `started` and `ready` reject
 */
export function spawn(
  site: ProgramSite,
  file: string | URL,
  args?: readonly string[] | SpawnOptions,
  options?: SpawnOptions,
): Program {
  site.hostId()
  return new Program(site, readSpec(file, args, options), placeAbove(spawn))
}
