import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { once } from 'node:events'
import {
  appendFileSync,
  copyFileSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect } from 'vitest'
import { readReport } from '../../src/explore/report.js'
import { findKernel } from '../../src/vm/kernel/find.js'
import { netrigVm, netrigVmWords, test } from '../vm/support.js'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'netrig-explore-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

const [node, main] = netrigVmWords as [string, string]

/** Starts `netrig explore` as people do. */
const start = (...args: string[]) => startWith({}, ...args)

function startWith(env: NodeJS.ProcessEnv, ...args: string[]) {
  const child = spawn(node, [main, 'explore', ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, ...env },
  })
  const said = { out: '', err: '' }
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    said.out += text
  })
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    said.err += text
  })
  const ended = once(child, 'close').then(([code]) => ({ code: code as number | null, ...said }))
  return { child, said, ended }
}

/** Fails for half of all seeds: the last bit of a random byte. */
const coin = ['sh', '-c', 'echo "$NETRIG_SEED"; exit $(($(od -An -N1 -tu1 /dev/urandom) % 2))']

test('the same seeds fail each time, and so do their replays', async () => {
  const failing = async (file: string) => {
    const json = ['--json', join(folder, file)]
    const { code, err } = await start('--seeds', '1..12', ...json, '--check', '--', ...coin).ended
    expect(err).not.toContain('did not repeat')
    expect(code).toBe(1)
    const { runs } = readReport(readFileSync(join(folder, file), 'utf8'), file)
    return runs.map(({ seed, verdict, virtualMs }) => [seed, verdict, virtualMs])
  }
  const first = await failing('1.json')
  expect(await failing('2.json')).toEqual(first)
  const verdicts = first.map(([, verdict]) => verdict)
  expect(new Set(verdicts)).toEqual(new Set(['passed', 'failed']))
  for (const verdict of ['passed', 'failed'] as const) {
    const seed = first[verdicts.indexOf(verdict)]![0]
    const replay = netrigVm('--seed', `${seed}`, '--', ...coin)
    expect(replay).toMatchObject({ status: verdict === 'passed' ? 0 : 1, stdout: `${seed}\n` })
  }
}, 90_000)

test('what comes from outside the universe is found', async () => {
  const file = join(folder, 'log')
  writeFileSync(file, '')
  // Something on the machine writes to a file that the command reads.
  const writing = setInterval(() => appendFileSync(file, 'x'), 5)
  try {
    const { code, out } = await start('--check', '--seeds', '1', '--', 'wc', '-c', file).ended
    expect(code).toBe(1)
    expect(out).toMatch(/0 passed, 0 failed, 1 did not repeat/)
    expect(out).toMatch(/stdout, line 1:\n {4}first {3}\d+ \S+\n {4}second {2}\d+ /)
  } finally {
    clearInterval(writing)
  }
}, 30_000)

test('an outside signal ends all universes, and what was found is shown', async () => {
  const script = 'if [ "$NETRIG_SEED" = 1 ]; then exit 3; fi; while :; do :; done'
  const { child, said, ended } = start('--seeds', '1..9', '--jobs', '2', '--', 'sh', '-c', script)
  await expect.poll(() => said.err, { timeout: 20_000 }).toContain('seed 1 failed: exit code 3')
  child.kill('SIGINT')
  const { code, out } = await ended
  expect(code).toBe(130)
  expect(out).toMatch(/^1 universe in .*: 0 passed, 1 failed$/m)
  expect(out).toContain('Stopped before all seeds were done.')
  // Their sockets are in nobody's hands any more.
  expect(readFileSync('/proc/net/unix', 'utf8')).not.toMatch(
    new RegExp(`@netrig-vm/\\d+/${child.pid}/`),
  )
}, 60_000)

test('a kernel that is exchanged meanwhile is not taken: all universes have the same one', async () => {
  const kernel = join(folder, 'linux')
  copyFileSync(findKernel().path, kernel)
  const sha256 = createHash('sha256').update(readFileSync(kernel)).digest('hex')
  const json = join(folder, 'exchanged.json')
  const { said, ended } = startWith(
    { NETRIG_KERNEL: kernel },
    ...['--seeds', '1..6', '--jobs', '1', '--json', json, '--'],
    ...['sh', '-c', 'exit $((NETRIG_SEED == 1))'],
  )
  await expect.poll(() => said.err, { timeout: 20_000 }).toContain('seed 1 failed: exit code 1')
  writeFileSync(join(folder, 'other'), '#!/bin/false\n', { mode: 0o755 })
  renameSync(join(folder, 'other'), kernel)
  const { out } = await ended
  expect(out).toMatch(/^6 universes in .*: 5 passed, 1 failed$/m)
  expect(readReport(readFileSync(json, 'utf8'), json).kernel.sha256).toBe(sha256)
}, 60_000)
