import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { copyFileSync, mkdtempSync, readdirSync, readFileSync, readlinkSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { expect } from 'vitest'
import { nativePath } from '../../src/base/native.js'
import { findKernel } from '../../src/vm/kernel/find.js'
import { netrigVmIn, netrigVmWords, startVm, test } from './support.js'

interface Process {
  pid: number
  parent: number
  state: string
}

function processes(): Process[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => {
      try {
        const fields = readFileSync(`/proc/${name}/stat`, 'utf8')
          .replace(/^.*\) /s, '')
          .split(' ')
        return [{ pid: Number(name), state: fields[0]!, parent: Number(fields[1]) }]
      } catch {
        return []
      }
    })
}

function programOf(pid: number): string | undefined {
  try {
    return readlinkSync(`/proc/${pid}/exe`)
  } catch {
    return undefined
  }
}

/** A process and all that descends from it. */
function treeOf(root: number): number[] {
  const all = processes()
  const found = [root]
  for (const pid of found)
    found.push(...all.filter(({ parent }) => parent === pid).map((one) => one.pid))
  return found
}

/** Those of them that run; what is dead waits for whoever inherits it. */
const alive = (pids: number[]) =>
  processes().filter(({ pid, state }) => pids.includes(pid) && state !== 'Z' && state !== 'X')

const BUSY = 'sleep 1000 & (setsid sleep 1000 &) ; echo up; exec sleep 1000'

test.each(['SIGKILL', 'SIGTERM', 'SIGINT'] as const)(
  'a second after %s nothing is left of netrig vm',
  async (signal) => {
    const stdio = ['ignore', 'pipe', 'inherit'] as const
    const child = startVm({ stdio: [...stdio], detached: true }, '--', 'sh', '-c', BUSY)
    await once(child.stdout!, 'data')
    const tree = treeOf(child.pid!)
    expect(tree.length).toBeGreaterThan(4)
    // A terminal says it to the whole group.
    if (signal === 'SIGINT') process.kill(-child.pid!, signal)
    else process.kill(child.pid!, signal)
    await sleep(1000)
    expect(alive(tree)).toEqual([])
  },
)

test('SIGKILL while it boots leaves nothing either', async () => {
  for (const wait of [60, 90, 120]) {
    const child = startVm({ stdio: 'ignore' }, '--', 'sleep', '1000')
    await sleep(wait)
    const tree = treeOf(child.pid!)
    process.kill(child.pid!, 'SIGKILL')
    await sleep(1000)
    expect(alive(tree)).toEqual([])
  }
})

// It tries first what the machine can do, with children that stop themselves for it.
test('a kernel that is killed in its first moments leaves no stopped child', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'netrig-kernel-'))
  // By its name it is told from the kernels of other tests.
  const kernel = join(folder, 'linux')
  copyFileSync(findKernel().path, kernel)
  const words = ['mem=64M', 'rootfstype=hostfs', 'rootflags=/', 'init=/bin/true', 'con=null']
  for (let wait = 0; wait < 60; wait += 1) {
    const args = [String(process.pid), kernel, ...words]
    const child = spawn(nativePath('vm-boot'), args, { stdio: 'ignore' })
    const exited = once(child, 'exit')
    await sleep(wait)
    child.kill('SIGKILL')
    await exited
  }
  await sleep(1000)
  const left = processes().filter(({ pid }) => programOf(pid) === kernel)
  for (const { pid } of left) process.kill(pid, 'SIGKILL')
  rmSync(folder, { recursive: true })
  expect(left).toEqual([])
})

test('several at once do not know of each other', async () => {
  const runs = [1, 2, 3].map(async (n) => {
    const script = `echo ${n} > /tmp/same; sleep 0.3; cat /tmp/same`
    const child = startVm({ stdio: ['ignore', 'pipe', 'inherit'] }, '--', 'sh', '-c', script)
    let text = ''
    for await (const chunk of child.stdout!) text += String(chunk)
    return text
  })
  expect(await Promise.all(runs)).toEqual(['1\n', '2\n', '3\n'])
})

test('nothing is left in the home folder, nor in TMPDIR', () => {
  const folder = mkdtempSync(join(tmpdir(), 'netrig-home-'))
  try {
    const env = { HOME: folder, TMPDIR: folder, XDG_CACHE_HOME: cacheHome() }
    const script = 'mktemp && echo $TMPDIR'
    const { stdout, stderr } = netrigVmIn({ env }, '--', 'sh', '-c', script)
    expect(stderr).toBe('')
    expect(stdout.split('\n')[1]).toBe(folder)
    expect(readdirSync(folder).filter((name) => !name.startsWith('tmp.'))).toEqual([])
  } finally {
    rmSync(folder, { recursive: true })
  }
})

function cacheHome(): string {
  return process.env.XDG_CACHE_HOME ?? join(process.env.HOME ?? '/', '.cache')
}

test('it works where user namespaces are forbidden', () => {
  const forbidden = 'echo 0 > /proc/sys/user/max_user_namespaces && exec "$@"'
  const words = ['--user', '--map-current-user', '--keep-caps', 'sh', '-c', forbidden, 'sh']
  const { status, stdout, stderr } = spawnSync(
    'unshare',
    [...words, ...netrigVmWords, '--', 'unshare', '-Ur', 'id', '-u'],
    { encoding: 'utf8', timeout: 60_000 },
  )
  expect({ status, stdout, stderr }).toEqual({ status: 0, stdout: '0\n', stderr: '' })
})
