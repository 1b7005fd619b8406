import { closeSync, realpathSync } from 'node:fs'
import { NetrigError } from '../base/errors.js'
import { errnoName } from '../ffi/errno.js'
import { closeFd } from '../ffi/fd.js'
import { type CgroupLimits, cgroupSupport, type HostCgroup } from '../kernel/cgroup/index.js'
import { limitSource, limitsAsked } from '../kernel/cgroup/limits.js'
import { NetlinkSocket } from '../kernel/netlink/socket.js'
import type { Holder } from './holder.js'
import type { Answer } from './keeper/control.js'
import { MAKE_IN_CGROUP, MAKE_WANT_PIDFD, Op } from './keeper/protocol.js'
import { machinePid } from './pidfd.js'

/** linux/netlink.h */
const AF_NETLINK = 16
/** sys/socket.h */
const AF_PACKET = 17
const SOCK_RAW = 3
const NETLINK_SOCK_DIAG = 4

/** Processes of one host, for each of its uids, unless `pids` says otherwise: more than any test needs. */
const DEFAULT_PROCESSES = 4096

/** Where a host's programs find the file of {@link Container.keyFile} (native/keeper/requests.c). */
export const KEY_FILE = '/run/netrig.keys'

/** What a host is made from. */
export interface ContainerOptions {
  readonly name: string
  readonly view: number
  readonly limits: CgroupLimits
}

/** A host's network, while it is being set up: its namespace and a ROUTE socket in it. */
export interface ContainerNetwork {
  readonly netns: number
  readonly route: NetlinkSocket
}

/** Throws what the keeper could not do for a host. */
function check({ reply, fds }: Answer, operation: string, object: string): readonly number[] {
  if (reply.error === 0) return fds
  for (const fd of fds) closeFd(fd)
  const errno = errnoName(reply.error)
  const step = reply.text === '' ? '' : ` at the step '${reply.text}'`
  throw new NetrigError('KERNEL', `${operation} failed for ${object}${step}: ${errno}.`, {
    operation,
    object,
    errno,
    hint: 'run `npx netrig doctor`: it tries every part that a host is made of',
  })
}

let ids = 0

/** One life of a host: from its start to its crash or the end of the lab. */
export class Container {
  readonly id: number
  readonly name: string
  readonly #holder: Holder
  readonly #cgroup: HostCgroup | undefined
  #stopped = false

  private constructor(holder: Holder, id: number, name: string, cgroup: HostCgroup | undefined) {
    this.#holder = holder
    this.id = id
    this.name = name
    this.#cgroup = cgroup
  }

  /**
   * Makes a host. `connect` is called as soon as its network exists, while its file system is still
   * being made; what it throws ends the host again.
   *
   * @throws NetrigError `UNSUPPORTED` for a limit that cannot be had here, `KERNEL`
   */
  static async make(
    holder: Holder,
    options: ContainerOptions,
    connect: (network: ContainerNetwork) => void,
  ): Promise<Container> {
    ids += 1
    const { cgroup, limits, processes } = makeCgroup(holder, ids, options.limits)
    const container = new Container(holder, ids, options.name, cgroup)
    const folder = cgroup?.openDirectory()
    const legacy = limits && cgroup !== undefined && cgroup.legacy.size > 0
    const flags = (folder === undefined ? 0 : MAKE_IN_CGROUP) | (legacy ? MAKE_WANT_PIDFD : 0)
    let failure: unknown
    try {
      const answer = await holder.keeper.request(
        {
          op: Op.MakeHost,
          host: container.id,
          args: [options.view, processes, flags],
          text: options.name,
        },
        folder === undefined ? [] : [folder],
        ({ fds: [netns, route, pidfd] }) => {
          const network = { netns: netns!, route: new NetlinkSocket(route!) }
          try {
            if (pidfd !== undefined) cgroup?.attachV1(machinePid(pidfd))
            connect(network)
          } catch (error) {
            failure = error
          } finally {
            network.route.close()
            closeFd(netns!)
            if (pidfd !== undefined) closeFd(pidfd)
          }
        },
      )
      check(answer, 'host.start', `host ${options.name}`)
      if (failure !== undefined) throw failure
      return container
    } catch (error) {
      await container.kill()
      throw failure ?? error
    } finally {
      if (folder !== undefined) closeSync(folder)
    }
  }

  /** Kills everything in the host; resolves when it is gone, its memory and mounts too. */
  async kill(): Promise<void> {
    if (!this.#holder.keeper.alive) return
    await this.#holder.keeper.request({ op: Op.KillHost, host: this.id })
    this.#cgroup?.remove()
  }

  /** Stops every process: by the cgroup v2 freezer, else by SIGSTOP. */
  async freeze(): Promise<void> {
    if (this.#cgroup?.unified !== undefined) return this.#cgroup.freeze()
    this.#stopped = true
    await this.#ask({ op: Op.StopAll, host: this.id }, 'host.freeze')
  }

  /** Undoes {@link freeze}. */
  async thaw(): Promise<void> {
    if (!this.#stopped) return this.#cgroup?.thaw()
    this.#stopped = false
    await this.#ask({ op: Op.ContAll, host: this.id }, 'host.thaw')
  }

  /** Writes below /proc/sys of the host's own network, e.g. `net/ipv4/ip_forward`. */
  async sysctl(path: string, value: string): Promise<void> {
    const answer = await this.#holder.keeper.request({
      op: Op.Sysctl,
      host: this.id,
      text: `${path}\0${value}`,
    })
    const { error } = answer.reply
    if (error === 0) return
    const name = path.replaceAll('/', '.')
    throw new NetrigError(
      errnoName(error) === 'ENOENT' || errnoName(error) === 'EINVAL' ? 'INVALID_OPTION' : 'KERNEL',
      `host ${this.name}: the kernel does not take sysctl ${name} = '${value}' (${errnoName(error)}).`,
      {
        operation: 'sysctl',
        object: name,
        errno: errnoName(error),
        hint: 'names are those below /proc/sys/net; the value must be one that the kernel takes',
      },
    )
  }

  /** Lets the host see another content of /etc/hosts. */
  async see(view: number): Promise<void> {
    await this.#ask({ op: Op.See, host: this.id, args: [view] }, 'host.names')
  }

  /** Shows a folder or file of the machine that the host's own /tmp, /run or /dev/shm hides. */
  async show(path: string): Promise<void> {
    await this.#ask(
      { op: Op.Show, host: this.id, text: `${path}\0${realpathSync(path)}` },
      'host.show',
    )
  }

  /** The host's network again, for something to be added to it; to be given back by {@link release}. */
  async network(): Promise<ContainerNetwork> {
    const [netns, route] = await this.#ask({ op: Op.Netns, host: this.id }, 'host.network')
    return { netns: netns!, route: new NetlinkSocket(route!) }
  }

  /** Gives back what {@link network} lent. */
  release({ netns, route }: ContainerNetwork): void {
    route.close()
    closeFd(netns)
  }

  /** A SOCK_DIAG socket in the host's network; the caller closes it. */
  async diagnostics(): Promise<NetlinkSocket> {
    const args = [AF_NETLINK, SOCK_RAW, NETLINK_SOCK_DIAG]
    const [fd] = await this.#ask({ op: Op.Socket, host: this.id, args }, 'host.sockets')
    return new NetlinkSocket(fd!)
  }

  /** A packet socket in the host's network, which hears nothing yet; the caller closes it. */
  async packetSocket(): Promise<number> {
    const args = [AF_PACKET, SOCK_RAW, 0]
    const [fd] = await this.#ask({ op: Op.Socket, host: this.id, args }, 'host.capture')
    return fd!
  }

  /** The host's file to which programs append TLS keys ({@link KEY_FILE}), open; the caller closes it. */
  async keyFile(): Promise<number> {
    const [fd] = await this.#ask({ op: Op.KeyFile, host: this.id }, 'host.capture')
    return fd!
  }

  /** What the host's control group counts, where it has one. */
  usage(): ReturnType<HostCgroup['usage']> | undefined {
    return this.#cgroup?.usage()
  }

  async #ask(
    request: Parameters<Holder['keeper']['request']>[0],
    operation: string,
  ): Promise<readonly number[]> {
    return check(await this.#holder.keeper.request(request), operation, `host ${this.name}`)
  }
}

/** Control groups where there are any; the number of processes falls back to RLIMIT_NPROC. */
function makeCgroup(
  { cgroup }: Holder,
  id: number,
  limits: CgroupLimits,
): { cgroup: HostCgroup | undefined; limits: boolean; processes: number } {
  const counted = cgroup?.support.limits.pids === true
  const { memory, cpu, pids } = limits
  const asked = counted ? { memory, cpu, pids } : { memory, cpu }
  const any = Object.values(asked).some((value) => value !== undefined)
  if (cgroup === undefined) {
    // Throws with what is missing here and how to get it.
    for (const [name] of limitsAsked(asked)) limitSource(cgroupSupport(), name)
  }
  return {
    cgroup: cgroup?.host(id, asked),
    limits: any,
    processes: counted && pids !== undefined ? 0 : (pids ?? DEFAULT_PROCESSES),
  }
}
