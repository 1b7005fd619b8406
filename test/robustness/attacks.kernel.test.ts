import { execFile, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { networkInterfaces } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { nativePath } from '../../src/base/native.js'
import { closeFd } from '../../src/ffi/fd.js'
import { createLab, type Host, type Lab } from '../../src/index.js'
import { probeMachine } from '../../src/kernel/probe/index.js'
import { Keeper, labSocketName, newLabId } from '../../src/sandbox/keeper/keeper.js'
import { Op } from '../../src/sandbox/keeper/protocol.js'
import { planOwnership } from '../../src/sandbox/ownership.js'
import { program } from './support/programs.js'

// A root program in a host against the machine, the fabric and the other hosts. docs/security.md says the same
// in words.
//
//   evil ---- lan ---- b      r forwards to c; evil and c have a cable of their own, too
//    |         |
//    c ------- r
let lab: Lab
let evil: Host
let b: Host
const isRoot = process.geteuid?.() === 0
const ofFiles = ['passwd', 'passwd-by-proc-root', 'etc-create', 'open-device', 'kcore']
const ofGroups = ['groups-v2', 'groups-v1-memory', 'groups-v1-pids', 'groups-v1-devices']
/** Root's lab where files cannot be shown by idmapped mounts has the rights of the machine's root over files. */
const untamed = [...ofFiles, ...ofGroups]
const { tame, own } = planOwnership(process.cwd())
const { fileRights } = probeMachine({ tame, folders: tame === undefined ? [] : own })
const allowed = fileRights === 'root' ? untamed : []

/** Which attacks succeeded. */
const done = (said: Map<string, string>) =>
  [...said].flatMap(([name, how]) => (how === 'ok' ? [name] : []))

/** What programs/attack says: each attack, and `ok` or how it was refused. */
function parse(text: string): Map<string, string> {
  return new Map(
    text
      .trim()
      .split('\n')
      .map((line) => line.split(' ') as [string, string]),
  )
}

const socket = () => labSocketName(lab.id)
let victim: ReturnType<typeof spawn>

beforeAll(async () => {
  lab = await createLab()
  const lan = lab.switch('lan')
  const r = lab.router('r')
  const hosts = lab.hosts('evil', 'b', 'c')
  ;[evil, b] = hosts
  for (const host of [evil, b, r]) lab.link(host, lan)
  lab.link(hosts[2], r)
  lab.link(hosts[2], evil)
  await lab.start()
  victim = spawn('sleep', ['1000'], { stdio: 'ignore' })
  await once(victim, 'spawn')
})

afterAll(async () => {
  victim.kill('SIGKILL')
  await lab.stop()
})

const attack = () => program('attack', 'route.c')

test('root in a host: every attack is refused', async () => {
  const { stdout } = await evil.exec(attack(), [String(victim.pid), socket()])
  const said = parse(stdout)
  expect(said.size).toBeGreaterThan(40)
  expect(done(said).filter((name) => !allowed.includes(name))).toEqual([])
  // These reached a namespace that is there, and were refused for what they wanted.
  for (const name of ['see-fabric', 'delete-fabric-port', 'new-fabric-port', 'move-into-fabric']) {
    expect([name, said.get(name)]).toEqual([name, expect.stringMatching(/^E(PERM|ACCES)$/)])
  }
  // Processes outside are not forbidden: they are not there.
  for (const name of ['kill-outside', 'ptrace-outside']) expect(said.get(name)).toBe('ESRCH')
  expect(said.get('proc-outside')).toBe('ENOENT')
  expect(said.get('lab-socket')).toBe('ECONNREFUSED')
})

test('a user namespace of its own gives it nothing more', async () => {
  const args = ['--user', '--map-root-user', '--net', '--mount', attack()]
  const { stdout } = await evil.exec('unshare', [...args, String(victim.pid), socket()])
  expect(done(parse(stdout)).filter((name) => !allowed.includes(name))).toEqual([])
})

test.runIf(isRoot)('the same program outside succeeds: its refusals mean something', () => {
  const args = [String(victim.pid), socket(), '--harmless']
  const { stdout } = spawnSync(attack(), args, { encoding: 'utf8' })
  const said = parse(stdout)
  expect(said.size).toBeGreaterThan(20)
  const refused = [...said].filter(([name, how]) => how !== 'ok' && !isMissing(name, how))
  expect(refused).toEqual([])
})

/** What this machine does not have, or sets no limit to. */
function isMissing(name: string, how: string): boolean {
  if (name.startsWith('raise-')) return how === 'ENODATA' || how === 'EPERM'
  return ['ENOSYS', 'ENOENT', 'EOPNOTSUPP'].includes(how)
}

test('a host sees its own interfaces and processes only', async () => {
  const { stdout } = await evil.exec('sh', [
    '-c',
    'umount /sys 2>/dev/null; umount -l /sys 2>/dev/null; cd /sys/class/net; for i in *; do cat $i/address; done',
  ])
  const seen = stdout.split('\n').sort()
  const own = evil.interfaces.map(({ mac }) => mac)
  expect(seen).toEqual(['00:00:00:00:00:00', ...own].sort())
  const machine = Object.values(networkInterfaces()).flatMap((list) => list?.map(({ mac }) => mac))
  expect(machine.filter((mac) => own.includes(String(mac)))).toEqual([])

  const other = b.spawn('sleep', ['1234'])
  await other.started
  const list = await evil.exec('sh', ['-c', 'cat /proc/[0-9]*/cmdline | tr "\\0" " "'])
  expect(list.stdout).toContain('cat /proc/')
  expect(list.stdout).not.toContain('sleep 1234')
  const pids = (await evil.exec('sh', ['-c', 'cd /proc; ls -d [0-9]*'])).stdout.split('\n')
  expect(pids.length).toBeLessThan(6)
})

test('what it mounts, names and limits stays in its host', async () => {
  const before = readFileSync('/proc/self/mountinfo', 'utf8')
  const name = readFileSync('/proc/sys/kernel/hostname', 'utf8')
  const script = [
    'mount --make-rshared / && mkdir /tmp/m && mount -t tmpfs none /tmp/m && touch /tmp/m/here',
    'mount --bind /tmp/m /mnt && hostname owned && test -e /mnt/here && hostname',
  ].join(' && ')
  expect((await evil.exec('sh', ['-c', script])).stdout).toBe('owned')
  expect(readFileSync('/proc/self/mountinfo', 'utf8')).toBe(before)
  expect(readFileSync('/proc/sys/kernel/hostname', 'utf8')).toBe(name)
  expect(readdirSync('/mnt')).not.toContain('here')
  expect((await b.exec('sh', ['-c', 'hostname; ls /mnt /tmp'])).stdout).not.toMatch(/owned|here/)
})

test('a program gets the descriptors that it was given, and no others', async () => {
  const { stdout } = await evil.exec('sh', ['-c', 'ls -l /proc/$$/fd'])
  const targets = stdout.split('\n').flatMap((line) => / (\d+) -> (.*)$/.exec(line)?.[1] ?? [])
  expect(targets).toEqual(['0', '1', '2'])
})

test('shared memory, semaphores and abstract sockets are each host’s own', async () => {
  const script = 'ipcmk -M 4096 >/dev/null && touch /dev/shm/mark /run/mark /tmp/mark && ipcs -m'
  expect((await evil.exec('sh', ['-c', script])).stdout).toMatch(/0x[0-9a-f]+/)
  const other = await b.exec('sh', ['-c', 'ipcs -m; ls /dev/shm /run /tmp'])
  expect(other.stdout).not.toMatch(/0x[0-9a-f]+|mark/)
})

test('the working folder is its own, as it is outside', async () => {
  const folder = mkdtempSync(join(process.cwd(), '.netrig-own-'))
  try {
    const script = 'echo inside > $1/file && chown 0:0 $1/file && rm $1/mine && cat $1/file'
    writeFileSync(join(folder, 'mine'), '')
    expect((await evil.exec('sh', ['-c', script, 'sh', folder])).stdout).toBe('inside')
    const { uid, gid } = statSync(join(folder, 'file'))
    expect([uid, gid]).toEqual([process.geteuid?.(), process.getegid?.()])
    expect(readdirSync(folder)).toEqual(['file'])
  } finally {
    rmSync(folder, { recursive: true })
  }
})

test.runIf(fileRights !== 'root')('the rest of the machine is not its own', async () => {
  const others = 'for f in /usr /etc /var /opt /etc/passwd; do test -w $f && echo $f; done; true'
  expect((await evil.exec('sh', ['-c', others])).stdout).toBe('')
})

// Where idmapped mounts are impossible, root's lab keeps root's rights over files. The rest holds all the same.
test.runIf(isRoot)(
  'root’s lab without idmapped mounts: all but files of the machine’s root',
  async () => {
    const id = newLabId()
    const keeper = await Keeper.start(id, { tame: undefined, own: [], keep: [] })
    try {
      expect(keeper.mapping).toBe('identity')
      const view = await keeper.request({ op: Op.View, args: [0] })
      closeFd(view.fds[0]!)
      const made = await keeper.request(
        { op: Op.MakeHost, host: 1, args: [0, 4096, 0], text: 'evil' },
        [],
        ({ fds }) => {
          for (const fd of fds) closeFd(fd)
        },
      )
      expect(made.reply.error).toBe(0)
      await keeper.request({ op: Op.Show, host: 1, text: `${attack()}\0${attack()}` })
      const enter = ['--lab', keeper.socketName, '--host', 'evil', '--cwd', '/', '--']
      const run = execFile(nativePath('enter'), [...enter, attack(), String(victim.pid), 'x'])
      const said = parse(await text(run.stdout!))
      expect(said.size).toBeGreaterThan(40)
      expect(done(said).filter((name) => !untamed.includes(name))).toEqual([])
    } finally {
      await keeper.stop()
    }
  },
)
