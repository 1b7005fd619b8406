import { type ChildProcess, spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { mkdirSync } from 'node:fs'
import { clearInterval, clearTimeout, setInterval, setTimeout } from 'node:timers'
import { NetrigError } from '../base/errors.js'
import { nativePath } from '../base/native.js'
import { Console } from './console.js'
import { type KernelEnd, memorySentence, unheard, whyEnded } from './failure.js'
import { findKernel } from './kernel/find.js'
import { kernelLine } from './kernel-line.js'
import type { VmPlan } from './options.js'
import { type Status, StatusPage } from './status.js'
import { LOOK, Watch } from './watch.js'

/** Descriptor of the status page in the kernel's process (native/vm/boot). */
const STATUS_FD = 4
/** How long a vm that was told to end may take to copy what is to stay, in ms. */
const END_LIMIT = 60_000
/** For the news of a kernel's end, on a machine under load. */
const NEWS_LIMIT = 10_000
/** For SIGKILL, on a machine under load. */
const KILL_LIMIT = 10_000
/** For a vm that lives to take notice of a signal, which takes it a millisecond when nobody is busy. */
const NOTICE_LIMIT = 5_000

/** The abstract socket name of a new vm, without the leading NUL. */
export function vmSocketName(): string {
  const id = randomBytes(5).toString('hex')
  return `netrig-vm/${process.geteuid?.() ?? 0}/${process.pid}/${id}`
}

/**
 * One kernel that runs. It dies with the thread that started it, however that ends, and everything in it
 * dies with it.
 */
export class Machine {
  readonly plan: VmPlan
  readonly socketName: string
  /** Resolves when the kernel has ended; with the reason, unless it was told to. */
  readonly ended: Promise<NetrigError | undefined>
  readonly #child: ChildProcess
  readonly #console = new Console()
  readonly #page = new StatusPage()
  #watching: NodeJS.Timeout | undefined
  #waiting: NodeJS.Timeout | undefined
  #stuck: NetrigError | undefined
  #failure: NetrigError | undefined
  #running = 0
  #told = false
  #over = false

  /**
   * Boots a kernel, and does not wait for it: vm-enter does.
   *
   * @param kernel the path of one that is not to be looked for
   * @throws NetrigError `NO_KERNEL`, `HELPER_MISSING`
   */
  constructor(plan: VmPlan, kernel = findKernel().path) {
    this.plan = plan
    this.socketName = vmSocketName()
    const line = kernelLine(plan, this.socketName, nativePath('vm-init'))
    if (plan.out !== undefined) makeFolder(plan.out)
    this.#child = spawn(nativePath('vm-boot'), [String(process.pid), kernel, ...line], {
      stdio: ['ignore', 'pipe', 'pipe'],
      cwd: '/',
      env: {},
    })
    for (const stream of [this.#child.stdout!, this.#child.stderr!]) {
      stream.setEncoding('utf8')
      stream.on('data', (chunk: string) => this.#console.write(chunk))
      stream.on('error', () => undefined)
    }
    this.ended = new Promise((resolve) => {
      const end = (how: KernelEnd) => {
        this.#over = true
        this.#page.close()
        clearInterval(this.#watching)
        clearTimeout(this.#waiting)
        if (!this.#told) this.#failure = whyEnded(how, this.lines, this.plan.memory)
        this.#failure = this.#stuck ?? this.#failure
        resolve(this.#failure)
      }
      this.#child.once('error', () => end({ code: null, signal: null }))
      this.#child.once('close', (code, signal) => end({ code, signal }))
    })
    this.#watch()
  }

  /** The last lines of the kernel's console. */
  get lines(): readonly string[] {
    return this.#console.lines
  }

  get over(): boolean {
    return this.#over
  }

  /** Why the vm has ended, unless it runs or was told to. */
  get failure(): NetrigError | undefined {
    return this.#failure
  }

  /** A command begins; between commands time stands still rightly. @returns to be called at its end */
  begin(): () => void {
    this.#running += 1
    return () => {
      this.#running -= 1
    }
  }

  /**
   * To be called when a command is told to end. A vm that lives hears it, whatever the command makes of it; one
   * in which a program spins in full virtual time does not, for nobody else gets a turn. That one is ended.
   */
  expectNotice(): void {
    if (this.#waiting !== undefined || this.#over) return
    const before = this.status?.switches
    // PID 1 has to answer this one, and that takes at least one switch of tasks.
    const knock = spawn(nativePath('vm-enter'), ['--vm', this.socketName, '--ready'], {
      stdio: 'ignore',
      env: {},
    })
    knock.once('error', () => undefined)
    knock.unref()
    this.#waiting = setTimeout(() => {
      this.#waiting = undefined
      const now = this.status
      if (this.#running === 0 || now?.switches !== before) return
      this.#stuck = unheard(now, NOTICE_LIMIT)
      this.#child.kill('SIGKILL')
    }, NOTICE_LIMIT)
    this.#waiting.unref()
  }

  get status(): Status | undefined {
    if (this.#child.pid !== undefined) this.#page.open(`/proc/${this.#child.pid}/fd/${STATUS_FD}`)
    return this.#page.read()
  }

  /** What to say of commands that the kernel ended for want of memory. */
  get outOfMemory(): string | undefined {
    return memorySentence(this.lines, this.plan.memory)
  }

  /**
   * Why the vm is gone; undefined when it runs.
   *
   * @param lost a command has noticed already; the news of the kernel's end may be on their way
   */
  async lossOf(lost: boolean): Promise<NetrigError | undefined> {
    if (!this.#over && !lost) return undefined
    const stopped = new NetrigError('VM_STOPPED', 'The vm was stopped while the command ran.', {
      operation: 'vm',
    })
    let limit: NodeJS.Timeout | undefined
    const late = new Promise<undefined>((resolve) => {
      limit = setTimeout(resolve, NEWS_LIMIT, undefined)
    })
    const error = await Promise.race([this.ended, late])
    clearTimeout(limit)
    return error ?? stopped
  }

  /** Lets the process that started the vm end while it runs, or not. */
  hold(held: boolean): void {
    const act = held ? 'ref' : 'unref'
    this.#child[act]()
    for (const stream of [this.#child.stdout, this.#child.stderr]) {
      ;(stream as unknown as { ref?(): void; unref?(): void } | null)?.[act]?.()
    }
  }

  /**
   * Ends the vm and all in it; resolves when nothing is left.
   *
   * @throws NetrigError `VM_LOST` when what was to stay could not be copied out
   */
  async end(): Promise<void> {
    if (this.#over) return
    // Read before it goes: how far time has come.
    void this.status
    this.#told = true
    this.hold(true)
    try {
      if (this.plan.out !== undefined) await this.#farewell(this.plan.out)
    } finally {
      await this.kill()
    }
  }

  /** Ends the vm at once. */
  async kill(): Promise<void> {
    if (this.#over) return
    void this.status
    this.#told = true
    this.hold(true)
    this.#child.kill('SIGKILL')
    const limit = setTimeout(() => this.#child.emit('close', null, 'SIGKILL'), KILL_LIMIT)
    await this.ended
    clearTimeout(limit)
  }

  /** Without `out` there is nothing to say: what commands have written is on the machine already. */
  async #farewell(out: string): Promise<void> {
    const enter = spawn(nativePath('vm-enter'), ['--vm', this.socketName, '--end'], {
      stdio: ['ignore', 'ignore', 'pipe'],
      env: {},
      timeout: END_LIMIT,
    })
    let said = ''
    enter.stderr.setEncoding('utf8').on('data', (chunk: string) => {
      said += chunk
    })
    const code = await new Promise<number | null>((resolve) => {
      enter.once('error', () => resolve(null))
      enter.once('close', resolve)
    })
    if (code === 0) return
    const why = said.trim().replace(/^netrig: vm: /, '') || 'the vm did not answer'
    throw new NetrigError('VM_LOST', `What is to stay of the run did not reach ${out}: ${why}.`, {
      operation: 'vm',
      object: out,
    })
  }

  /** Only in full virtual time can something that computes stop time. */
  #watch(): void {
    const { time, watchdog } = this.plan
    if (time !== 'full' || watchdog === undefined) return
    const watch = new Watch(watchdog)
    this.#watching = setInterval(() => {
      const stuck = watch.look(this.#running > 0 ? this.status : undefined, performance.now())
      if (stuck === undefined) return
      this.#stuck = stuck
      this.#child.kill('SIGKILL')
    }, LOOK)
    this.#watching.unref()
  }
}

function makeFolder(path: string): void {
  try {
    mkdirSync(path, { recursive: true })
  } catch (cause) {
    throw new NetrigError(
      'INVALID_OPTION',
      `The folder ${path} for what is to stay cannot be made.`,
      {
        operation: 'vm',
        object: path,
        errno: (cause as NodeJS.ErrnoException).code,
        cause,
      },
    )
  }
}
