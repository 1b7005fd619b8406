import type { Socket } from 'node:net'
import { clearTimeout, setTimeout } from 'node:timers'
import { NetrigError } from '../../base/errors.js'
import { errnoName } from '../../ffi/errno.js'
import { closeFd } from '../../ffi/fd.js'
import { sendMessage } from '../../ffi/socket.js'
import type { NormalConditions } from '../conditions/index.js'
import type { FullStats, Side, WireEngine, WireLink } from '../engine.js'
import {
  type Answer,
  type Command,
  decodeAnswer,
  downCommand,
  encode,
  linkCommand,
  portCommand,
  setCommand,
  unlinkCommand,
} from './commands.js'
import { readCounters } from './counters.js'
import { RelayRules } from './rules.js'
import { RelayShelf } from './shelf.js'

export interface RelayOptions {
  /** The stream whose other end is the relay's fd 3. */
  readonly control: Socket
  /** Its descriptor, for what a Socket cannot send. */
  readonly descriptor?: number | undefined
  /** The file that is the relay's fd 4. It belongs to the client from now on. */
  readonly counters: number
  /** The lab's seed, 64 bits. */
  readonly seed: bigint
}

interface Request {
  readonly id: number
  readonly command: Command
  resolve(): void
  reject(error: NetrigError): void
}

/** Milliseconds: a program that was just started says `ready` within a few of them. */
const READY_WITHIN = 10_000
const CLOSED_WITHIN = 1_000

/** What the relay says unasked, as if it were the answer to a first command. */
const GREETING: Command = ['ready']

/** The wire in user space: the program native/relay, which runs in the fabric. */
export class Relay implements WireEngine {
  readonly name = 'relay'
  readonly rules: RelayRules
  readonly #control: Socket
  readonly #descriptor: number | undefined
  readonly #counters: number
  readonly #seed: bigint
  readonly #greeting: Promise<void>
  /** Answers come in the order of requests; the first is the greeting. */
  readonly #pending: Request[] = []
  readonly #listeners: ((error: NetrigError) => void)[] = []
  /** What fails to get there makes the command fail that needs it. */
  readonly #shelf = new RelayShelf((command) => void this.#request(command).catch(() => undefined))
  #carriesMarks = false
  #requests = 0
  #unread = ''
  #lost: NetrigError | undefined
  #closed: Promise<void> | undefined

  /**
   * Waits for the relay to say that it is ready.
   *
   * @throws NetrigError WIRE_LOST when it ends or says nothing for ten seconds
   */
  static async open(options: RelayOptions): Promise<Relay> {
    const relay = new Relay(options)
    const silent = setTimeout(
      () => relay.#lose(`it was not ready within ${READY_WITHIN / 1000} s`),
      READY_WITHIN,
    )
    await relay.#greeting.finally(() => clearTimeout(silent))
    return relay
  }

  private constructor({ control, descriptor, counters, seed }: RelayOptions) {
    this.#control = control
    this.#descriptor = descriptor
    this.#counters = counters
    this.#seed = seed
    this.rules = new RelayRules((command) => this.#request(command), counters)
    this.#greeting = this.#expect(GREETING)
    control.setEncoding('utf8')
    control.on('data', (text: unknown) => this.#read(String(text)))
    control.on('error', (error) => this.#lose(error.message, error))
    control.on('close', () => this.#lose('its control stream ended'))
    control.on('end', () => control.end())
  }

  get carriesMarks(): boolean {
    return this.#carriesMarks
  }

  attach(link: WireLink): Promise<void> {
    return this.#request(linkCommand(link, this.#seed, this.#shelf))
  }

  setConditions(link: number, from: Side, conditions: NormalConditions): Promise<void> {
    return this.#request(setCommand(link, from, conditions, this.#shelf))
  }

  setDown(link: number, from: Side, down: boolean): Promise<void> {
    return this.#request(downCommand(link, from, down))
  }

  replacePort(link: number, side: Side, ifindex: number): Promise<void> {
    return this.#request(portCommand(link, side, ifindex))
  }

  detach(link: number): Promise<void> {
    return this.#request(unlinkCommand(link))
  }

  async watch(link: number, descriptor: number): Promise<void> {
    // It goes between two commands: what was written before has been sent.
    while (this.#control.writableLength > 0) {
      await new Promise<unknown>((resolve) => this.#control.write('', resolve))
    }
    return this.#request(['watch', link], descriptor)
  }

  /** Bounds the memory that packets on their way may take, in bytes for all links together. */
  setMemory(bytes: number): Promise<void> {
    return this.#request(['memory', bytes])
  }

  /** @throws NetrigError WIRE_LOST after {@link close} */
  stats(link: number): Readonly<Record<Side, FullStats>> {
    if (this.#closed !== undefined) throw this.#gone('it was closed')
    return readCounters(this.#counters, link)
  }

  onLost(listener: (error: NetrigError) => void): void {
    this.#listeners.push(listener)
  }

  close(): Promise<void> {
    this.#closed ??= this.#close()
    return this.#closed
  }

  async #close(): Promise<void> {
    if (!this.#control.destroyed) {
      await new Promise<void>((resolve) => {
        const late = setTimeout(() => this.#control.destroy(), CLOSED_WITHIN)
        this.#control.once('close', () => {
          clearTimeout(late)
          resolve()
        })
        this.#control.ref()
        this.#control.end()
      })
    }
    closeFd(this.#counters)
  }

  #request(command: Command, descriptor?: number): Promise<void> {
    if (this.#lost !== undefined) return Promise.reject(this.#lost)
    if (this.#closed !== undefined) return Promise.reject(this.#gone('it was closed'))
    const line = encode(++this.#requests, command)
    if (descriptor === undefined) this.#control.write(line)
    else sendMessage(this.#descriptor!, Buffer.from(line), [descriptor])
    return this.#expect(command)
  }

  #expect(command: Command): Promise<void> {
    // While nothing is asked, the relay does not keep the test process alive.
    this.#control.ref()
    return new Promise((resolve, reject) => {
      this.#pending.push({ id: this.#requests, command, resolve, reject })
    })
  }

  #read(text: string): void {
    const lines = (this.#unread + text).split('\n')
    this.#unread = lines.pop() ?? ''
    for (const line of lines) {
      if (line.startsWith('ask ')) this.rules.asked(line)
      else this.#answer(line)
    }
  }

  #answer(line: string): void {
    const request = this.#pending.shift()
    if (this.#pending.length === 0) this.#control.unref()
    if (request?.command === GREETING && /^ready\b/.test(line)) {
      this.#carriesMarks = line.split(' ').includes('marks')
      request.resolve()
      return
    }
    const answer = decodeAnswer(line)
    if (request === undefined || answer?.id !== request.id) {
      if (request !== undefined) this.#pending.unshift(request)
      this.#lose(`it answered '${line}' out of turn`)
    } else if (answer.ok) {
      request.resolve()
    } else {
      request.reject(refused(request.command, answer))
    }
  }

  #lose(reason: string, cause?: unknown): void {
    if (this.#lost !== undefined) return
    this.#lost = this.#gone(reason, cause)
    this.#control.destroy()
    for (const request of this.#pending.splice(0)) request.reject(this.#lost)
    if (this.#closed === undefined) for (const listener of this.#listeners) listener(this.#lost)
  }

  #gone(reason: string, cause?: unknown): NetrigError {
    return new NetrigError(
      'WIRE_LOST',
      `The relay that carries the lab's links is gone: ${reason}.`,
      {
        operation: 'relay',
        cause,
      },
    )
  }
}

function refused(
  command: Command,
  { errno, sentence }: Extract<Answer, { ok: false }>,
): NetrigError {
  const [verb, link, ...numbers] = command
  return new NetrigError(
    'KERNEL',
    `The relay could not do '${[verb, link, ...numbers].join(' ')}': ${sentence}.`,
    { operation: `relay ${verb}`, object: `link ${link}`, errno: errnoName(errno) },
  )
}
