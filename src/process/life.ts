import { once } from 'node:events'
import type { Readable, Writable } from 'node:stream'
import { setTimeout as sleep } from 'node:timers/promises'
import type { ResultPromise } from 'execa'
import { NetrigError } from '../base/errors.js'
import { type Launched, launch, whyDown } from './launch.js'
import { OutputLog } from './output.js'
import type { Place } from './place.js'
import { type SignalName, sendSignal } from './signals.js'
import type { ProgramSite } from './site.js'
import type { ProgramSpec } from './spec.js'
import { Outlet, Tap } from './tap.js'

/** How a program ended; both undefined if it never ran. */
export interface ProgramExit {
  readonly exitCode: number | undefined
  readonly signal: SignalName | undefined
}

/** Milliseconds for the last output to arrive after a program's end; a daemon may hold the pipe open. */
const FLUSH_LIMIT = 200
/** Milliseconds for what was killed to be gone; a process in a hung file system takes longer. */
const KILL_LIMIT = 2000

/** One run of a program, from its start to its end. */
export class Life {
  readonly site: ProgramSite
  readonly place: Place
  readonly output = new OutputLog()
  readonly stdout: Tap
  readonly stderr: Tap
  readonly all: Tap
  /** Settles when the program runs. */
  readonly started: Promise<void>
  readonly exited: Promise<ProgramExit>
  exit: ProgramExit | undefined
  /** Why the program did not run. */
  failure: NetrigError | undefined
  paused = false
  readonly #launched: Launched
  #stopping: Promise<void> | undefined

  constructor(site: ProgramSite, spec: ProgramSpec, place: Place) {
    this.place = place
    this.site = site
    const options = { ...spec.options, buffer: false, reject: true } as const
    this.#launched = launch(site, spec, options, { operation: 'host.spawn', place })
    const { stdout, stderr } = this.#launched.subprocess
    const objects = Boolean(stdout?.readableObjectMode || stderr?.readableObjectMode)
    const all = new Tap(objects)
    this.all = all
    const open = { count: 0 }
    this.stdout = this.#tap('stdout', stdout, all, open)
    this.stderr = this.#tap('stderr', stderr, all, open)
    if (open.count === 0) all.finish()
    this.exited = this.#watch()
    this.started = this.#begin()
    this.started.catch(() => undefined)
  }

  get subprocess(): ResultPromise {
    return this.#launched.subprocess
  }

  get stdin(): Writable | null {
    return this.#launched.subprocess.stdin as Writable | null
  }

  get words(): readonly string[] {
    return this.#launched.words
  }

  get cwd(): string {
    return this.#launched.attempt.cwd
  }

  get pid(): number | undefined {
    return this.#launched.tag.pid
  }

  signal(signal: SignalName | number, reach: 'process' | 'group' | 'tree'): Promise<boolean> {
    if (this.exit !== undefined) return Promise.resolve(false)
    return sendSignal(this.site, this.#launched.tag, signal, reach)
  }

  /** Ends the program and all it has started: SIGTERM, and SIGKILL for what is there after `grace` ms. */
  stop(grace: number): Promise<void> {
    this.#stopping ??= this.#end(grace)
    return this.#stopping
  }

  async #end(grace: number): Promise<void> {
    if (this.exit !== undefined) return
    const { tag, subprocess } = this.#launched
    tag.hold()
    const over = () => tag.gone || this.failure !== undefined
    try {
      if (await this.signal('SIGTERM', 'tree')) {
        if (this.paused) await this.signal('SIGCONT', 'tree')
        if (await tag.until(over, grace)) return
        await sendSignal(this.site, tag, 'SIGKILL', 'tree')
        await tag.until(over, KILL_LIMIT)
      }
      // The host's PID 1 is frozen or gone: what remains of the program dies when it hears of this.
      if (this.exit === undefined) subprocess.kill('SIGKILL')
    } finally {
      await this.exited
      tag.release()
    }
  }

  #tap(
    name: 'stdout' | 'stderr',
    stream: Readable | null | undefined,
    all: Tap,
    open: { count: number },
  ): Tap {
    const tap = new Tap(stream?.readableObjectMode ?? false)
    if (!stream) {
      tap.finish()
      return tap
    }
    open.count += 1
    const over = () => {
      tap.finish()
      open.count -= 1
      if (open.count === 0) all.finish()
    }
    new Outlet(stream, [tap, all], (chunk) => this.output.write(name, chunk), over)
    return tap
  }

  async #begin(): Promise<void> {
    const { tag } = this.#launched
    await tag.until(() => tag.decided || this.exit !== undefined)
    if (tag.pid !== undefined) {
      this.#record('program.start', `pid ${tag.pid}`)
      return
    }
    await this.exited
    throw this.failure
  }

  async #watch(): Promise<ProgramExit> {
    const { subprocess, promise, tag } = this.#launched
    const settled: Promise<unknown> = promise.then(
      () => undefined,
      (error: unknown) => error,
    )
    const ended = once(subprocess, 'exit').then(
      () => sleep(FLUSH_LIMIT),
      () => settled,
    )
    await Promise.race([settled, ended])
    const { exitCode, signalCode } = subprocess
    if (tag.pid === undefined) await this.#explain(await settled)
    this.exit =
      tag.pid === undefined
        ? { exitCode: undefined, signal: undefined }
        : { exitCode: exitCode ?? undefined, signal: signalCode ?? undefined }
    const how = this.failure === undefined ? `${signalCode ?? exitCode}` : this.failure.message
    this.#record(this.failure === undefined ? 'program.exit' : 'program.fail', how)
    tag.wake()
    tag.release()
    return this.exit
  }

  /** A program that ended before it was heard of: it did not run, or its news are late. */
  async #explain(outcome: unknown): Promise<void> {
    const { tag, subprocess } = this.#launched
    // A host that is down sends no news.
    const decided = () => tag.pid !== undefined || whyDown(this.site) !== undefined
    if (outcome instanceof NetrigError) this.failure = outcome
    else if (!(await tag.until(decided, KILL_LIMIT)) || tag.pid === undefined) {
      const how = subprocess.signalCode ?? `exit code ${subprocess.exitCode}`
      this.failure = new NetrigError(
        'HOST_DOWN',
        `'${this.words.join(' ')}' did not start on host ${this.site.host}, which went down (${how}).`,
        { operation: 'host.spawn', object: `host ${this.site.host}`, cause: outcome },
      )
    }
  }

  #record(type: string, detail: string): void {
    this.site.record({
      type,
      subject: this.site.host,
      detail: `${this.words.join(' ')}: ${detail}`,
    })
  }
}
