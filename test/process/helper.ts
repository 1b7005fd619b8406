import { existsSync, mkdirSync, mkdtempSync, realpathSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { NetrigError } from '../../src/base/errors.js'
import { closeFd } from '../../src/ffi/fd.js'
import { NetlinkSocket } from '../../src/kernel/netlink/socket.js'
import { addressAdd } from '../../src/kernel/rtnetlink/address.js'
import { linkSet } from '../../src/kernel/rtnetlink/link.js'
import { vethCreate } from '../../src/kernel/rtnetlink/veth.js'
import { exec } from '../../src/process/exec.js'
import type { ProgramEvent, ProgramSite } from '../../src/process/site.js'
import { VisibleFolders } from '../../src/process/visible.js'
import { Keeper, newLabId } from '../../src/sandbox/keeper/keeper.js'
import { Op } from '../../src/sandbox/keeper/protocol.js'
import { Lent } from '../../src/sandbox/lent.js'
import { planOwnership } from '../../src/sandbox/ownership.js'

/** A host of a lab without switches: as much of one as programs need. */
export interface TestHost extends ProgramSite {
  visible: VisibleFolders
  lent: Lent
  readonly events: ProgramEvent[]
  crash(): Promise<void>
  restart(): Promise<void>
  freeze(): Promise<void>
  thaw(): Promise<void>
}

export interface TestLab {
  readonly keeper: Keeper
  readonly hosts: readonly TestHost[]
  stop(): Promise<void>
}

const LIMIT = 1000
let ids = 0

class Bench {
  readonly keeper: Keeper
  readonly keep: readonly string[]

  constructor(keeper: Keeper, keep: readonly string[]) {
    this.keeper = keeper
    this.keep = keep
  }

  host(name: string, address: string): TestHost {
    const { keeper, keep } = this
    let id = 0
    const show = async (path: string) => {
      const { reply } = await keeper.request({
        op: Op.Show,
        host: id,
        text: `${path}\0${realpathSync(path)}`,
      })
      if (reply.error !== 0) throw new NetrigError('KERNEL', `show ${path}: errno ${reply.error}`)
    }
    const hostId = () => {
      if (id === 0 || !keeper.alive) throw new NetrigError('HOST_DOWN', `Host ${name} is down.`)
      return id
    }
    const resolve = (wanted: string) => (wanted === name ? address : undefined)
    const lend = () => new Lent({ host: name, keeper, hostId, resolve })
    const events: ProgramEvent[] = []
    const host: TestHost = {
      host: name,
      keeper,
      hostId,
      lent: lend(),
      visible: new VisibleFolders(keep, show),
      cwd: process.cwd(),
      env: { NETRIG_TEST: name },
      addresses: () => [address],
      events,
      record: (event) => events.push(event),
      crash: async () => {
        const old = id
        id = 0
        await keeper.request({ op: Op.KillHost, host: old })
        host.lent.destroyAll()
      },
      restart: async () => {
        ids += 1
        const made = ids
        await keeper.request(
          { op: Op.MakeHost, host: made, args: [0, LIMIT, 0], text: name },
          [],
          ({ fds: [netns, route] }) => {
            const socket = new NetlinkSocket(route!)
            socket.batch([
              linkSet('lo', { up: true }),
              vethCreate({ name: 'eth0', index: 2, up: true }, { name: 'eth9', index: 9 }),
              linkSet('eth9', { up: true }),
              addressAdd({ index: 2, address, prefix: 24 }),
            ])
            socket.close()
            closeFd(netns!)
          },
        )
        id = made
        host.lent = lend()
        host.visible = new VisibleFolders(keep, show)
      },
      freeze: async () => void (await keeper.request({ op: Op.StopAll, host: id })),
      thaw: async () => void (await keeper.request({ op: Op.ContAll, host: id })),
    }
    return host
  }
}

/** Starts a lab with hosts a, b, c... that stand alone, each with an address of its own. */
export async function startLab(count = 1): Promise<TestLab> {
  const ownership = planOwnership(process.cwd())
  const keeper = await Keeper.start(newLabId(), ownership)
  const view = await keeper.request({ op: Op.View, args: [0] })
  writeSync(view.fds[0]!, '127.0.0.1 localhost\n')
  closeFd(view.fds[0]!)
  const bench = new Bench(keeper, ownership.keep)
  const hosts = Array.from({ length: count }, (_, index) =>
    bench.host(String.fromCharCode(97 + index), `10.9.${index}.1`),
  )
  await Promise.all(hosts.map((host) => host.restart()))
  return { keeper, hosts, stop: () => keeper.stop() }
}

/** A new folder below the working folder, where hosts see what the machine has; the caller removes it. */
export function makeWorkFolder(): string {
  const parent = join(process.cwd(), 'native/build')
  mkdirSync(parent, { recursive: true })
  return mkdtempSync(join(parent, 'test-'))
}

/** True while a process with this pid, as the machine counts, is there. */
export function exists(pid: number): boolean {
  return existsSync(`/proc/${pid}`)
}

/** Polls until `condition` holds; fails after `limit` ms. */
export async function eventually(
  condition: () => boolean | Promise<boolean>,
  what: string,
  limit = 5000,
): Promise<void> {
  const end = performance.now() + limit
  while (!(await condition())) {
    if (performance.now() > end) throw new Error(`not within ${limit} ms: ${what}`)
    await new Promise((resolve) => setTimeout(resolve, 5))
  }
}

export interface HostProcess {
  readonly pid: number
  readonly parent: number
  readonly state: string
  readonly args: string
}

/** The processes of a host that are not dead, without PID 1 and the one that lists them. */
export async function processes(host: TestHost): Promise<HostProcess[]> {
  const { stdout } = await exec(host, 'ps', ['axww', '-o', 'pid=,ppid=,stat=,args='], {
    lines: true,
  })
  return stdout
    .map((line) => /^\s*(\d+)\s+(\d+)\s+(\S+)\s+(.*)$/.exec(line)!)
    .map(([, pid, parent, state, args]) => ({
      pid: Number(pid),
      parent: Number(parent),
      state: state!,
      args: args!,
    }))
    .filter(
      ({ pid, state, args }) => pid !== 1 && !state.startsWith('Z') && !args.startsWith('ps axww'),
    )
}
