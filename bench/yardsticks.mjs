// What netrig is measured against. Each runs in namespaces of its own and leaves nothing.
import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const here = (name) => fileURLToPath(new URL(name, import.meta.url))

function numbers(command, args) {
  const { status, stdout, stderr, error } = spawnSync(command, args, {
    encoding: 'utf8',
    timeout: 300_000,
  })
  if (status === 0) return stdout.trim().split('\n').at(-1).split(' ').map(Number)
  throw new Error(
    `${command} ${args.join(' ')}: ${error?.message ?? stderr.trim().split('\n').at(-1)}`,
  )
}

function works(command, args) {
  return spawnSync(command, args, { stdio: 'ignore' }).status === 0
}

/** Compiles the C program that asks the kernel for the same in the shortest way. */
export function buildFloor() {
  const folder = mkdtempSync(join(tmpdir(), 'netrig-floor-'))
  const program = join(folder, 'floor')
  const made = spawnSync(
    process.env.CC ?? 'cc',
    ['-O2', '-static', '-o', program, here('floor.c')],
    { stdio: 'inherit' },
  )
  if (made.status !== 0) throw new Error('floor.c does not compile')
  return {
    measure: (hosts) => numbers(program, [String(hosts)]),
    remove: () => rmSync(folder, { recursive: true }),
  }
}

/** ip(8) in a script; undefined where iproute2 or unshare(1) is missing. */
export function ipScript() {
  if (!works('unshare', ['-rnm', 'ip', 'link'])) return undefined
  return (hosts) => numbers('unshare', ['-rnm', 'sh', here('ip.sh'), String(hosts)])
}

/** Mininet; undefined where it is missing, or without root, which it needs. */
export function mininet() {
  if (process.geteuid() !== 0 || !works('/usr/bin/python3', ['-c', 'import mininet']))
    return undefined
  if (!works('sh', ['-c', 'command -v brctl mnexec'])) return undefined
  return (hosts) =>
    numbers('unshare', ['-nm', '/usr/bin/python3', here('mininet-lab.py'), String(hosts)])
}
