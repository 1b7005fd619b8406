import { spawnSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { nativePath } from '../../../src/base/native.js'
import {
  parseTries,
  probeMachine,
  runTries,
  type TryName,
} from '../../../src/kernel/probe/index.js'

const keeper = nativePath('keeper')
const unshare = spawnSync('unshare', ['--version']).status === 0

/** Runs the probe in a world that a shell has made worse first, in namespaces of its own. */
function worse(script: string, flags = '-Urmnpf') {
  const done = spawnSync(
    'unshare',
    [flags, '--mount-proc', 'sh', '-ec', `${script}\nexec "$0" --probe`, keeper],
    {
      encoding: 'utf8',
    },
  )
  expect(done.stderr).toBe('')
  return parseTries(done.stdout)
}

/** Processes that were started with this word. */
function processesWith(word: string): string[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .filter((pid) => {
      try {
        return readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes(word)
      } catch {
        return false
      }
    })
}

test('every try answers, and leaves no process, hence no namespace, behind', () => {
  const mark = `/no/such/${randomBytes(8).toString('hex')}`
  const tries = runTries({ folders: [mark] })
  expect(tries.size).toBe(23)
  expect([...tries.values()].map((refusal) => refusal?.step)).not.toContain('died')
  expect(processesWith(mark)).toEqual([])
})

test('a report has every line once, and says whether labs run', () => {
  const report = probeMachine()
  const names = report.findings.map((finding) => finding.name)
  expect(new Set(names).size).toBe(names.length)
  expect(report.labs).toBe(report.findings.every((finding) => finding.ok || !finding.needed))
  for (const finding of report.findings) expect(finding.why).not.toBe('')
})

test.runIf(unshare)('no more user namespaces: each try is refused, none hangs', () => {
  const tries = worse('echo 0 > /proc/sys/user/max_user_namespaces')
  expect(new Set([...tries.values()].map((refusal) => refusal?.errno))).toEqual(new Set(['ENOSPC']))
})

test.runIf(unshare)('a masked /proc is seen, and nothing else blamed', () => {
  const tries = worse('mount --bind /dev/null /proc/timer_list')
  expect(tries.get('proc')).toEqual({ errno: 'EPERM', step: 'mount' })
  expect(tries.get('sysfs' satisfies TryName)).toBeUndefined()
  expect(tries.get('user')).toBeUndefined()
})

test.runIf(unshare)('a masked /sys is seen; one that is only read-only will do', () => {
  expect(worse('mount -t sysfs -o ro none /sys').get('sysfs')).toBeUndefined()
  expect(worse('mount -t sysfs none /sys; mount -t tmpfs none /sys/firmware').get('sysfs')).toEqual(
    {
      errno: 'EPERM',
      step: 'mount',
    },
  )
})

test.runIf(process.getuid?.() === 0)('real root: a folder is idmapped, /proc cannot be', () => {
  const tries = runTries({ tame: 100_000, folders: ['/', '/proc', '/no/such/folder'] })
  expect(tries.get('user')).toBeUndefined()
  expect(tries.get('idmap.1')?.errno).toBe('EINVAL')
  expect(tries.get('idmap.2')?.errno).toBe('ENOENT')
})
