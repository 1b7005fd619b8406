import { spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import {
  closeSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { createServer } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import {
  cgroupSupport,
  type HostCgroup,
  LabCgroup,
  removeStale,
} from '../../../src/kernel/cgroup/index.js'
import { computingTakesTime } from '../../support/processor.js'

const support = cgroupSupport()
const labId = () => randomBytes(5).toString('hex')

/** A lab's groups, its folder made as the supervisor makes it. */
function made(id = labId(), owner?: number): LabCgroup {
  const lab = LabCgroup.plan(id, { owner })!
  if (lab.unified !== undefined) mkdirSync(lab.unified)
  return lab
}

/** Runs a shell that waits for a line before it goes on, so that it can be put into a group first. */
async function inGroup(host: HostCgroup, script: string) {
  const child = spawn('sh', ['-c', `read line; ${script}`], { stdio: ['pipe', 'pipe', 'ignore'] })
  const exited = once(child, 'exit') as Promise<[number | null, NodeJS.Signals | null]>
  if (host.inside !== undefined) writeFileSync(`${host.inside}/cgroup.procs`, String(child.pid))
  host.attachV1(child.pid!)
  child.stdin.end('go\n')
  return { child, exited }
}

/** A group is EBUSY for a moment after its last process has gone. */
async function gone(remove: () => boolean): Promise<boolean> {
  for (let tries = 0; tries < 200; tries += 1) {
    if (remove()) return true
    await sleep(5)
  }
  return false
}

describe.skipIf(support.v2.base === undefined)('a lab in cgroup v2', () => {
  let lab: LabCgroup
  beforeEach(() => {
    lab = made()
  })
  afterEach(async () => {
    const removed = () => {
      lab.remove()
      return lab.directories.every((folder) => !existsSync(folder))
    }
    expect(await gone(removed)).toBe(true)
  })

  test('has two folders for each host of a root who could write the limits', () => {
    const host = lab.host(1)
    expect(host.inside).toBe(`${lab.unified}/h1/in`)
    const fd = host.openDirectory()!
    expect(readFileSync(`/proc/self/fd/${fd}/cgroup.procs`, 'utf8')).toBe('')
    closeSync(fd)
    expect(host.remove()).toBe(true)
    expect(existsSync(`${lab.unified}/h1`)).toBe(false)
  })

  test('gives the owner what clone3 needs and not the limits', {
    skip: process.getuid?.() !== 0,
  }, () => {
    const other = made(labId(), 100000)
    const host = other.host(1)
    expect(host.inside).toBe(host.unified)
    expect(statSync(host.inside!).uid).toBe(0)
    const owned = readdirSync(host.inside!).filter(
      (file) => statSync(`${host.inside}/${file}`).uid !== 0,
    )
    expect(owned).toEqual(['cgroup.procs'])
    expect(statSync(`${host.inside}/cgroup.procs`).uid).toBe(100000)
    other.remove()
    expect(existsSync(other.unified!)).toBe(false)
  })

  test('freezes, thaws and kills', async () => {
    const host = lab.host('a')
    const { child, exited } = await inGroup(host, 'while :; do echo tick; sleep 0.01; done')
    await once(child.stdout, 'data')
    await host.freeze()
    child.stdout.read()
    let ticks = 0
    child.stdout.on('data', () => (ticks += 1))
    await sleep(30)
    ticks = 0
    await sleep(150)
    expect(ticks).toBe(0)
    await host.thaw()
    await once(child.stdout, 'data')
    expect(host.populated).toBe(true)
    await host.freeze()
    expect(host.kill()).toBe(true)
    expect((await exited)[1]).toBe('SIGKILL')
    expect(await gone(() => host.remove())).toBe(true)
  })

  test('remove() leaves a group with a process, and says so', async () => {
    const host = lab.host(1)
    const { exited } = await inGroup(host, 'sleep 60')
    expect(host.remove()).toBe(false)
    expect(existsSync(host.inside!)).toBe(true)
    host.kill()
    await exited
  })
})

describe.skipIf(!support.limits.pids)('limits', () => {
  test.runIf(support.limits.memory)(
    'memory: a program that takes more is killed, and counted',
    async () => {
      const lab = made()
      const host = lab.host(1, { memory: 48 * 1024 * 1024 })
      const { exited } = await inGroup(
        host,
        `exec ${process.execPath} -e 'const a=[];for(let i=0;i<200;i++)a.push(Buffer.alloc(1<<20,1))'`,
      )
      expect((await exited)[1]).toBe('SIGKILL')
      expect(host.usage().oomKills).toBeGreaterThan(0)
      expect(await gone(() => host.remove())).toBe(true)
      lab.remove()
    },
  )

  test('pids: forks beyond the limit fail', async () => {
    const lab = made()
    const host = lab.host(1, { pids: 5 })
    const { child, exited } = await inGroup(
      host,
      'for i in 1 2 3 4 5 6 7 8 9; do sleep 30 & done; echo survived',
    )
    await exited
    expect(host.usage().pids).toBeLessThanOrEqual(6)
    child.stdout.destroy()
    const groups = host.inside ? [host.inside] : [...host.legacy.values()]
    for (const pid of readFileSync(`${groups[0]}/cgroup.procs`, 'utf8')
      .split('\n')
      .filter(Boolean)) {
      process.kill(Number(pid), 'SIGKILL')
    }
    expect(await gone(() => host.remove())).toBe(true)
    lab.remove()
  })

  test.runIf(support.limits.cpu && computingTakesTime)(
    'cpu: half a processor is half',
    async () => {
      const lab = made()
      const host = lab.host(1, { cpu: 0.2 })
      // From when it spins: what Node's own start takes is another matter.
      const spin = `const u=process.cpuUsage(),e=Date.now()+1000;while(Date.now()<e);const v=process.cpuUsage(u);process.stdout.write(String(v.user+v.system))`
      const { child, exited } = await inGroup(host, `exec ${process.execPath} -e '${spin}'`)
      let used = ''
      child.stdout.on('data', (chunk) => (used += chunk))
      await exited
      expect(Number(used)).toBeGreaterThan(50_000)
      expect(Number(used)).toBeLessThan(450_000)
      expect(await gone(() => host.remove())).toBe(true)
      lab.remove()
    },
  )

  test('set again they change, up and down', () => {
    const lab = made()
    for (const pids of [10, 100, 20]) lab.host(1, { pids })
    const folder = lab.host(1, { pids: 20 }).legacy.get('pids') ?? `${lab.unified}/h1`
    expect(readFileSync(`${folder}/pids.max`, 'utf8').trim()).toBe('21')
    if (support.limits.memory)
      for (const memory of [1 << 26, 1 << 28, 1 << 25]) lab.host(2, { memory })
    lab.remove()
    expect(lab.directories.filter((folder) => existsSync(folder))).toEqual([])
  })
})

describe.skipIf(support.v2.base === undefined)('stale groups', () => {
  test('a dead lab is removed, one with a socket, a process or of late is not', async () => {
    const [dead, socketed, young, peopled] = [labId(), labId(), labId(), labId()].map((id) => ({
      id,
      lab: made(id),
    })) as [
      { id: string; lab: LabCgroup },
      { id: string; lab: LabCgroup },
      { id: string; lab: LabCgroup },
      { id: string; lab: LabCgroup },
    ]
    dead.lab.host(1, support.limits.pids ? { pids: 5 } : {})
    const server = createServer().listen({
      path: `\0netrig/${process.getuid?.()}/${process.pid}/${socketed.id}`,
    })
    await once(server, 'listening')
    const host = peopled.lab.host(1)
    const { exited } = await inGroup(host, 'sleep 60')

    expect(removeStale()).not.toContain(young.lab.unified)
    await sleep(60)
    const removed = removeStale({ age: 50, labs: [dead.id, socketed.id, young.id, peopled.id] })
    expect(removed).toContain(dead.lab.unified)
    expect(dead.lab.directories.some((folder) => existsSync(folder))).toBe(false)
    expect(existsSync(socketed.lab.unified!)).toBe(true)
    expect(existsSync(host.inside!)).toBe(true)

    host.kill()
    await exited
    server.close()
    await gone(() => host.remove())
    for (const { lab } of [socketed, young, peopled]) lab.remove()
  })
})
