import type { Server, Socket } from 'node:net'
import type { ResultPromise } from 'execa'
import { NetrigError } from '../base/errors.js'
import {
  type ExecOptions,
  exec,
  type Program,
  type Script,
  type SpawnOptions,
  scriptOf,
  spawn,
} from '../process/index.js'
import type { ConnectOptions, ListenOptions } from '../sandbox/lent.js'
import { lentFetch } from '../sandbox/lent-http.js'
import type { Capture } from './capture/capture.js'
import type { PlaceCaptureOptions } from './capture/options.js'
import { captureHost } from './capture/start.js'
import { requireRunning } from './guard.js'
import { crashHost, respawnPrograms, restartHost } from './life.js'
import { requireHost, siteOf } from './site.js'
import { type HostState, type HostStatus, interfacesOf, type LabState } from './state.js'

/** One interface of a host. */
export interface HostInterface {
  readonly name: string
  readonly mac: string
  readonly mtu: number
  /** `10.0.0.1/24`, and the IPv6 address after it where the lab has IPv6. */
  readonly addresses: readonly string[]
}

/** A host or a router of a lab: a machine of its own, as far as its programs can see. */
export class Host {
  readonly #lab: LabState
  readonly #host: HostState

  /** @internal */
  constructor(lab: LabState, host: HostState) {
    this.#lab = lab
    this.#host = host
  }

  get name(): string {
    return this.#host.name
  }

  get kind(): 'host' | 'router' {
    return this.#host.kind
  }

  get status(): HostStatus {
    return this.#lab.stopped && this.#host.status !== 'declared' ? 'crashed' : this.#host.status
  }

  /**
   * The IPv4 address by which others know it: that of its first interface.
   *
   * @throws NetrigError LAB_NOT_STARTED, or INVALID_ADDRESS for a host without links
   */
  get address(): string {
    const address = this.#lab.plan?.addressOf.get(this.name)
    if (address !== undefined) return address
    const started = this.#lab.plan?.hosts.some(({ name }) => name === this.name) === true
    if (!started) requireRunning(this.#lab, `host ${this.name}: address`, true)
    throw new NetrigError(
      started ? 'INVALID_ADDRESS' : 'LAB_NOT_STARTED',
      `host ${this.name} has no address${started ? ': nothing links it' : ' before the lab has started'}.`,
      {
        operation: 'host.address',
        object: this.name,
        hint: started ? 'link it to a switch or to another host' : 'call `await lab.start()` first',
      },
    )
  }

  /** Its interfaces, in order; empty before it is there. */
  get interfaces(): readonly HostInterface[] {
    return interfacesOf(this.#lab, this.name).map(({ name, mac, mtu, addresses }) => ({
      name,
      mac,
      mtu,
      addresses: addresses.map(({ address, prefix }) => `${address}/${prefix}`),
    }))
  }

  /**
   * Runs a program to its end, as execa does: same options, same result.
   *
   * @throws NetrigError PROGRAM_NOT_FOUND, PROGRAM_NOT_EXECUTABLE, CWD_NOT_FOUND, HOST_DOWN,
   *   INVALID_OPTION; execa's own error when the program fails
   * @example
   * const { stdout } = await a.exec('curl', ['-s', 'http://b:8080'])
   */
  exec(file: string | URL, args?: readonly string[]): ResultPromise<Record<never, never>>
  exec<O extends ExecOptions>(
    file: string | URL,
    args: readonly string[],
    options: O,
  ): ResultPromise<O>
  exec<O extends ExecOptions>(file: string | URL, options: O): ResultPromise<O>
  exec(file: string | URL, args?: readonly string[] | ExecOptions, options?: ExecOptions): unknown {
    return exec(siteOf(this.#lab, this.#host, 'host.exec'), file, args, options)
  }

  /**
   * Starts a program and returns at once. It ends with its host and its lab at the latest.
   *
   * @param options execa's, and `ready` (when it is ready for others), `restart` (it comes back when the
   *   host is restarted)
   * @throws NetrigError INVALID_OPTION, HOST_DOWN; `started` and `ready` reject when it does not run
   * @example
   * const server = b.spawn('node', ['server.js'], { ready: tcp(8080) })
   * await server.ready
   */
  spawn(
    file: string | URL,
    args?: readonly string[] | SpawnOptions,
    options?: SpawnOptions,
  ): Program {
    const program = spawn(siteOf(this.#lab, this.#host, 'host.spawn'), file, args, options)
    this.#host.programs.add(program)
    return program
  }

  /** What was spawned in the host, also what has ended. */
  get programs(): readonly Program[] {
    return [...this.#host.programs]
  }

  /**
   * Runs a command written as a template, as execa's `$` does.
   *
   * @example
   * await a.$`ping -c 1 ${'b'}`
   */
  get $(): Script {
    return scriptOf(siteOf(this.#lab, this.#host, 'host.$'))
  }

  /**
   * Connects by TCP from inside the host, with no process there. Names are the lab's.
   *
   * @throws NetrigError CONNECT_FAILED, HOST_DOWN
   * @example
   * const socket = await a.connect({ host: 'b', port: 8080 })
   */
  async connect(options: ConnectOptions): Promise<Socket> {
    return siteOf(this.#lab, this.#host, 'host.connect').lent.connect(options)
  }

  /**
   * Listens by TCP inside the host, with no process there.
   *
   * @throws NetrigError LISTEN_FAILED, HOST_DOWN
   * @example
   * const server = await a.listen({ port: 8080 })
   */
  async listen(options: ListenOptions): Promise<Server> {
    return siteOf(this.#lab, this.#host, 'host.listen').lent.listen(options)
  }

  /**
   * fetch() from inside the host, with no process there. Names are the lab's.
   *
   * @throws NetrigError CONNECT_FAILED with the errno, HOST_DOWN, INVALID_OPTION
   * @example
   * const response = await a.fetch('http://b:8080/health')
   */
  async fetch(input: string | URL | Request, init?: RequestInit): Promise<Response> {
    return lentFetch(siteOf(this.#lab, this.#host, 'host.fetch').lent, input, init)
  }

  /**
   * Writes what the host sends and receives into a file, from outside of it, until it is stopped. What is
   * sent after this resolves is in it; it goes on when the host comes back after a crash.
   *
   * @throws NetrigError INVALID_OPTION, INVALID_FILTER, CAPTURE_FAILED, LAB_NOT_STARTED
   * @example
   * await using shot = await a.capture({ file: 'a.pcapng', filter: 'tcp port 8080' })
   */
  async capture(options: PlaceCaptureOptions): Promise<Capture> {
    return captureHost(this.#lab, this.#host, options)
  }

  /**
   * Everything in the host dies at once and its addresses stop answering, as when its power fails: no
   * FIN, no RST. Sockets lent from it die too.
   */
  async crash(): Promise<void> {
    await this.#host.turns.take(async () => {
      this.#require('host.crash')
      await crashHost(this.#lab, this.#host)
    })
  }

  /**
   * Brings the host (crashed or not) back with its name, addresses and links; its /tmp, /run and /dev/shm
   * are empty. Programs that were spawned with `restart: true` come back, and are ready when this resolves.
   */
  async restart(): Promise<void> {
    await this.#host.turns.take(async () => {
      requireRunning(this.#lab, 'host.restart', true)
      if (this.#host.status === 'declared') this.#require('host.restart')
      await restartHost(this.#lab, this.#host)
    })
    // Not in its turn: a host whose program is never ready can still be crashed.
    await respawnPrograms(this.#lab, this.#host)
  }

  /** Stops every process of the host at an instant; its network stack still answers pings. */
  async freeze(): Promise<void> {
    await this.#host.turns.take(async () => {
      const container = this.#require('host.freeze')
      if (this.#host.status === 'frozen') return
      await container.freeze()
      this.#host.status = 'frozen'
      this.#lab.events.add('host.freeze', this.name)
    })
  }

  /** Undoes {@link freeze}. */
  async thaw(): Promise<void> {
    await this.#host.turns.take(async () => {
      const container = this.#require('host.thaw')
      if (this.#host.status !== 'frozen') return
      await container.thaw()
      this.#host.status = 'running'
      this.#lab.events.add('host.thaw', this.name)
    })
  }

  toString(): string {
    return this.name
  }

  #require(operation: string) {
    return requireHost(this.#lab, this.#host, operation)
  }
}
