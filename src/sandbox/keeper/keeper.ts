import { type ChildProcess, spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { Socket } from 'node:net'
import { clearTimeout, setTimeout } from 'node:timers'
import { NetrigError } from '../../base/errors.js'
import { nativePath } from '../../base/native.js'
import { errnoName } from '../../ffi/errno.js'
import { closeFd } from '../../ffi/fd.js'
import { socketPair } from '../../ffi/socket.js'
import { type Answer, Control } from './control.js'
import { startFailure } from './failure.js'
import { Kind, MAPPINGS, type Mapping, Op, type Request } from './protocol.js'

export interface KeeperOptions {
  /** Folders whose files belong to the machine's root and shall belong to the lab's (only with real root). */
  readonly own: readonly string[]
  /** Folders that stay visible in hosts though they lie under /tmp, /run or /dev/shm. */
  readonly keep: readonly string[]
  /** Map the lab's ids to an unprivileged range from this one on (only with real root). */
  readonly tame: number | undefined
  /** cgroup folders: where the keeper lives, and what the supervisor removes at the end. */
  readonly cgroup?: string | undefined
  readonly remove?: readonly string[]
}

/** What a program did, by its tag; value and detail as `enum news` in wire.h says. */
export interface ProgramNews {
  readonly host: number
  readonly tag: number
  readonly news: number
  readonly value: number
  readonly detail: number
}

export interface KeeperEvents {
  program?: (news: ProgramNews) => void
  hostGone?: (host: number) => void
  relayGone?: (status: number) => void
  lost?: (reason: NetrigError) => void
}

/** A new lab id: 10 hexadecimal digits, unique on the machine. */
export function newLabId(): string {
  return randomBytes(5).toString('hex')
}

/** The abstract socket name of a lab, without the leading NUL. */
export function labSocketName(labId: string): string {
  return `netrig/${process.geteuid?.() ?? 0}/${process.pid}/${labId}`
}

/** How long a keeper may take to stand, in ms: a machine under load needs seconds, never minutes. */
const START_LIMIT = 30_000

/**
 * The process that a lab hangs from. When this Node process goes, however it goes, the supervisor
 * notices the end of the lifeline and the kernel takes everything away.
 */
export class Keeper {
  readonly id: string
  readonly socketName: string
  /** Set by whoever runs the lab. */
  events: KeeperEvents = {}
  mapping: Mapping = 'self'
  readonly #child: ChildProcess
  readonly #lifeline: Socket
  readonly #control: Control
  readonly #exited: Promise<void>
  #failure = ''
  #stopping = false
  #onStand: ((answer: Answer) => void) | undefined

  private constructor(id: string, options: KeeperOptions) {
    this.id = id
    this.socketName = labSocketName(id)
    const [lifeline, lifelineFar] = socketPair('stream')
    const [control, controlFar] = socketPair('seqpacket')
    const args = keeperArguments(this.socketName, options)
    try {
      this.#child = spawn(nativePath('keeper'), args, {
        stdio: ['ignore', 'ignore', 'ignore', lifelineFar, controlFar],
        cwd: '/',
        env: {},
        detached: true,
      })
    } catch (error) {
      for (const fd of [lifeline, control]) closeFd(fd)
      throw error
    } finally {
      for (const fd of [lifelineFar, controlFar]) closeFd(fd)
    }
    this.#child.unref()
    this.#exited = new Promise((resolve) => {
      this.#child.once('exit', () => resolve())
      this.#child.once('error', () => resolve())
    })
    this.#lifeline = new Socket({ fd: lifeline, readable: true, writable: true })
    this.#lifeline.unref()
    this.#control = new Control(
      control,
      (answer) => this.#onNews(answer),
      (busy) => (busy ? this.#lifeline.ref() : this.#lifeline.unref()),
    )
    this.#lifeline.on('data', (bytes) => this.#onRing(bytes))
    this.#lifeline.on('error', () => this.#onLost())
    this.#lifeline.on('close', () => this.#onLost())
  }

  /**
   * Starts a keeper and waits until its lab stands.
   *
   * @throws NetrigError `USER_NAMESPACES_FORBIDDEN` or `KERNEL` when the machine does not allow one.
   */
  static async start(id: string, options: KeeperOptions): Promise<Keeper> {
    const keeper = new Keeper(id, options)
    let timer: NodeJS.Timeout | undefined
    try {
      const { reply } = await new Promise<Answer>((resolve, reject) => {
        keeper.#onStand = resolve
        keeper.#lifeline.ref()
        keeper.events.lost = reject
        keeper.#child.once('error', reject)
        timer = setTimeout(() => reject(startFailure('ETIMEDOUT', 'start')), START_LIMIT)
      })
      if (reply.error !== 0) throw startFailure(errnoName(reply.error), reply.text)
      keeper.mapping = MAPPINGS[reply.args[0]] ?? 'self'
      keeper.events = {}
      keeper.#lifeline.unref()
      return keeper
    } catch (error) {
      await keeper.stop()
      throw error
    } finally {
      clearTimeout(timer)
    }
  }

  /** True until the keeper is lost or told to stop. */
  get alive(): boolean {
    return !this.#stopping
  }

  /** The supervisor's pid. */
  get pid(): number | undefined {
    return this.#child.pid
  }

  request(
    request: Request,
    fds: readonly number[] = [],
    onNet?: (answer: Answer) => void,
  ): Promise<Answer> {
    return this.#control.request(request, fds, onNet)
  }

  /** Why the keeper is gone; undefined when it answers. Its end may have effects before it is heard of. */
  async whyLost(): Promise<Error | undefined> {
    try {
      const { fds } = await this.request({ op: Op.Netns })
      for (const fd of fds) closeFd(fd)
      return undefined
    } catch (error) {
      return error as Error
    }
  }

  /** What `netrig ps` and `netrig exec` may know of the lab, as one JSON line. */
  setInfo(info: object): void {
    this.#frame('I', JSON.stringify(info))
  }

  /** From now on the lab outlives this process, until `netrig clean`. */
  keepAlive(): void {
    this.#frame('K', '')
  }

  /** Ends the lab: resolves when every process, mount and cgroup of it is gone. */
  async stop(): Promise<void> {
    this.#stopping = true
    if (
      this.#child.exitCode === null &&
      this.#child.signalCode === null &&
      this.#child.pid !== undefined
    ) {
      this.#child.ref()
    }
    this.#lifeline.destroy()
    this.#control.lost(new NetrigError('LAB_STOPPED', 'The lab was stopped.', { operation: 'lab' }))
    await this.#exited
  }

  /** Leaves a kept lab alone: closes this process's ends. */
  abandon(): void {
    this.#stopping = true
    this.#lifeline.end()
    this.#control.lost(
      new NetrigError('LAB_STOPPED', 'The lab was handed over.', { operation: 'lab' }),
    )
  }

  #frame(type: 'I' | 'K', payload: string): void {
    const body = Buffer.from(payload)
    const header = Buffer.alloc(5)
    header.writeUInt32LE(body.byteLength, 0)
    header.write(type, 4, 'latin1')
    this.#lifeline.write(Buffer.concat([header, body]))
  }

  #onRing(bytes: Buffer): void {
    // `E<errno> <step>` is the supervisor's last word; anything else is a ring.
    const error = bytes.indexOf('E')
    if (error >= 0) this.#failure += bytes.subarray(error).toString('latin1')
    this.#control.drain()
  }

  #onLost(): void {
    if (this.#stopping) return
    this.#control.drain()
    this.#stopping = true
    const said = /E(\d+) (\S+)/.exec(this.#failure)
    const reason =
      said === null
        ? new NetrigError(
            'KEEPER_LOST',
            'The process that holds the lab has died, and the lab with it.',
            {
              operation: 'lab',
              object: this.id,
              hint: 'something killed it: look for the out-of-memory killer in the kernel log, or for a cleanup that kills processes by name',
            },
          )
        : startFailure(errnoName(Number(said[1])), said[2] ?? '')
    this.#control.lost(reason)
    this.events.lost?.(reason)
  }

  #onNews({ reply, fds }: Answer): void {
    for (const fd of fds) closeFd(fd)
    if (reply.kind === Kind.Lab) this.#onStand?.({ reply, fds: [] })
    else if (reply.kind === Kind.Gone) this.events.hostGone?.(reply.host)
    else if (reply.kind === Kind.RelayGone) this.events.relayGone?.(reply.args[0])
    else if (reply.kind === Kind.Program) {
      const [tag, news, value, detail] = reply.args
      this.events.program?.({ host: reply.host, tag, news, value, detail })
    }
  }
}

function keeperArguments(socketName: string, options: KeeperOptions): string[] {
  const args = ['--socket', socketName]
  if (options.tame !== undefined) args.push('--tame', String(options.tame))
  if (options.cgroup !== undefined) args.push('--cgroup', options.cgroup)
  for (const path of options.own) args.push('--own', path)
  for (const path of options.keep) args.push('--keep', path)
  for (const path of options.remove ?? []) args.push('--remove', path)
  return args
}
