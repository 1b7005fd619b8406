import { type AddressInfo, isIP, Server, Socket } from 'node:net'
import { clearTimeout, setTimeout } from 'node:timers'
import { NetrigError } from '../base/errors.js'
import { bindInet } from '../ffi/bind.js'
import { errnoName, errnoText, SystemError } from '../ffi/errno.js'
import { closeFd } from '../ffi/fd.js'
import { setSocketOption } from '../ffi/socket.js'
import { AF_INET, AF_INET6, addressBytes } from '../kernel/netlink/ip.js'
import type { Answer } from './keeper/control.js'
import type { Keeper } from './keeper/keeper.js'
import { Op } from './keeper/protocol.js'

/** sys/socket.h */
const SOCK_STREAM = 1
const SOL_SOCKET = 1
const SO_REUSEADDR = 2

/** What lent sockets need of their host. */
export interface LentSource {
  readonly host: string
  readonly keeper: Keeper
  /** @throws NetrigError `HOST_DOWN` while the host is not running */
  hostId(): number
  /** The address of a name of the lab; never the machine's resolver. */
  resolve(name: string): string | undefined
  /** Hears TLS keys of connections from the host, a line of an SSLKEYLOGFILE each. */
  onKeys?(line: string): void
}

export interface ConnectOptions {
  /** A name of the lab, `localhost`, or an address. */
  readonly host: string
  readonly port: number
  /** Milliseconds; without it the kernel gives up after some two minutes. */
  readonly timeout?: number | undefined
  readonly signal?: AbortSignal | undefined
}

export interface ListenOptions {
  /** 0 lets the kernel choose. */
  readonly port: number
  /** An address or name of the host; all IPv4 addresses unless given. */
  readonly host?: string | undefined
}

/**
 * Sockets of a host in the hands of this process: made inside the host's network, where they stay for
 * life, and passed out. No process runs in the host for them.
 */
export class Lent {
  readonly #source: LentSource
  readonly #open = new Set<Socket | Server>()
  #closed = false
  #raw = false

  constructor(source: LentSource) {
    this.#source = source
  }

  /** True when this process may still hold a socket of the host. */
  get inUse(): boolean {
    return this.#raw || this.#open.size > 0
  }

  /** Hands on a line of TLS keys, as the event `keylog` of a TLS socket has it. */
  tellKeys(line: Buffer): void {
    this.#source.onKeys?.(line.toString('latin1'))
  }

  /**
   * A socket made inside the host, as socket(2); the caller closes it.
   *
   * @throws NetrigError `HOST_DOWN`, `KERNEL`
   */
  async socket(domain: number, type: number, protocol = 0): Promise<number> {
    const fd = this.#take(await this.#ask(domain, type, protocol))
    this.#raw = true
    return fd
  }

  /**
   * Connects from inside the host by TCP.
   *
   * @throws NetrigError `CONNECT_FAILED` with the errno (`ENOTFOUND` for a name that the lab does not
   * know, `ETIMEDOUT` when `timeout` is over), `HOST_DOWN`
   */
  async connect(options: ConnectOptions): Promise<Socket> {
    const address = this.#address(options.host, 'connect')
    options.signal?.throwIfAborted()
    const family = isIP(address) === 6 ? AF_INET6 : AF_INET
    const fd = this.#take(await this.#ask(family, SOCK_STREAM, 0))
    // manualStart: reading from a socket that is not connected yet would be an error.
    const socket = new Socket({ fd, readable: true, writable: true, ...{ manualStart: true } })
    this.#keep(socket)
    try {
      await connected(socket, address, options)
      return socket
    } catch (error) {
      socket.destroy()
      throw this.#failure('connect', `${options.host}:${options.port}`, error)
    }
  }

  /**
   * Listens inside the host by TCP; connections come by the server's `connection` event.
   *
   * @throws NetrigError `LISTEN_FAILED` with the errno, `HOST_DOWN`
   */
  async listen({ port, host = '0.0.0.0' }: ListenOptions): Promise<Server> {
    const address = this.#address(host, 'listen')
    const family = isIP(address) === 6 ? AF_INET6 : AF_INET
    const fd = this.#take(await this.#ask(family, SOCK_STREAM, 0))
    try {
      setSocketOption(fd, SOL_SOCKET, SO_REUSEADDR, 1)
      bindInet(fd, addressBytes(address), port)
    } catch (error) {
      closeFd(fd)
      throw this.#failure('listen', `${host}:${port}`, error)
    }
    const server = new Server()
    server.on('connection', (socket) => this.#keep(socket))
    this.#keep(server)
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject)
      // exclusive: a worker of node:cluster would ask its primary, which is on the machine's network.
      server.listen({ fd, exclusive: true }, () => {
        server.off('error', reject)
        resolve()
      })
    }).catch((error: unknown) => {
      throw this.#failure('listen', `${host}:${port}`, error)
    })
    return server
  }

  /**
   * Closes all of them at once, as when the host dies. By RST: a socket that says farewell (FIN) to
   * a peer that cannot hear it stays in the kernel for minutes, and the host's network with it.
   */
  destroyAll(): void {
    this.#closed = true
    for (const one of this.#open) {
      if (one instanceof Server) one.close()
      else if (one.connecting || one.destroyed) one.destroy()
      else one.resetAndDestroy()
    }
    this.#open.clear()
  }

  #keep(one: Socket | Server): void {
    this.#open.add(one)
    one.once('close', () => this.#open.delete(one))
  }

  async #ask(domain: number, type: number, protocol: number): Promise<Answer> {
    const args = [domain, type, protocol]
    return this.#source.keeper.request({ op: Op.Socket, host: this.#source.hostId(), args })
  }

  /** The descriptor of an answer; to be used at once, for the host may go at any time. */
  #take({ reply, fds: [fd] }: Answer): number {
    const { host } = this.#source
    if (fd !== undefined && this.#closed) closeFd(fd)
    if (this.#closed || errnoName(reply.error) === 'EHOSTDOWN') {
      throw new NetrigError('HOST_DOWN', `Host ${host} went down while a socket was made in it.`, {
        operation: 'host.socket',
        object: `host ${host}`,
      })
    }
    if (fd !== undefined) return fd
    throw new NetrigError(
      'KERNEL',
      `Host ${host} cannot make a socket: ${errnoText(reply.error)}.`,
      { operation: 'host.socket', object: `host ${host}`, errno: errnoName(reply.error) },
    )
  }

  #address(name: string, operation: 'connect' | 'listen'): string {
    const plain = name.startsWith('[') && name.endsWith(']') ? name.slice(1, -1) : name
    if (isIP(plain) !== 0) return plain
    const address = this.#source.resolve(plain) ?? (plain === 'localhost' ? '127.0.0.1' : undefined)
    if (address !== undefined) return address
    const { host } = this.#source
    throw new NetrigError(
      operation === 'connect' ? 'CONNECT_FAILED' : 'LISTEN_FAILED',
      `Host ${host} knows no name '${name}'.`,
      {
        operation: `host.${operation}`,
        object: `host ${host}`,
        errno: 'ENOTFOUND',
        hint: 'names are those of the lab; the resolver of the machine is never asked',
      },
    )
  }

  #failure(operation: 'connect' | 'listen', where: string, cause: unknown): unknown {
    if (cause instanceof NetrigError || (cause as Error)?.name === 'AbortError') return cause
    const { host } = this.#source
    const errno = (cause as NodeJS.ErrnoException).code
    const why = cause instanceof SystemError ? errnoText(cause.errno) : (cause as Error).message
    const verb = operation === 'connect' ? 'connect to' : 'listen on'
    return new NetrigError(
      operation === 'connect' ? 'CONNECT_FAILED' : 'LISTEN_FAILED',
      `Host ${host} cannot ${verb} ${where}: ${why}.`,
      { operation: `host.${operation}`, object: `host ${host}`, errno, cause },
    )
  }
}

/** Resolves when the socket is connected to a literal address. */
function connected(socket: Socket, address: string, options: ConnectOptions): Promise<void> {
  return new Promise((resolve, reject) => {
    const { timeout, signal, port } = options
    const late = () =>
      reject(Object.assign(new Error(`no answer in ${timeout} ms`), { code: 'ETIMEDOUT' }))
    const timer = timeout === undefined ? undefined : setTimeout(late, timeout)
    const stop = () => reject(signal?.reason)
    signal?.addEventListener('abort', stop, { once: true })
    const done = () => {
      clearTimeout(timer)
      signal?.removeEventListener('abort', stop)
      socket.off('error', fail)
      socket.off('close', closed)
    }
    const fail = (error: Error) => {
      done()
      reject(error)
    }
    const closed = () =>
      fail(Object.assign(new Error('the socket was closed'), { code: 'ECONNABORTED' }))
    socket.once('error', fail)
    socket.once('close', closed)
    // Two candidates would make Node open a socket of its own, on the machine's network.
    socket.connect({ host: address, port, autoSelectFamily: false }, () => {
      done()
      resolve()
    })
  })
}

/** The port that a server listens on. */
export function portOf(server: Server): number {
  return (server.address() as AddressInfo).port
}
