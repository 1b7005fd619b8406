import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect } from 'vitest'
import { runInVm } from '../../src/vm/run.js'
import { netrigVm, netrigVmIn, test } from './support.js'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'netrig-seed-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

// Chance, addresses, time, and processes that race each other for the order of their lines.
const CHANCE = `
  const { spawn } = require('node:child_process')
  console.log(Math.random(), require('node:crypto').randomBytes(8).toString('hex'), Date.now())
  if (process.argv[1] === 'leaf') process.exit()
  for (let i = 0; i < 4; i++) {
    setTimeout(() => spawn(process.execPath, ['-e', process.env.SCRIPT, 'leaf'], { stdio: 'inherit' }), Math.random() * 20)
  }
  setTimeout(() => console.log(process.hrtime.bigint()), 60_000 * Math.random())`

const run = (seed: number) =>
  runInVm({ seed, env: { SCRIPT: CHANCE }, command: [process.execPath, '-e', CHANCE], cwd: folder })

test('the same seed is the same run, to the byte and the nanosecond; another is another', async () => {
  const [first, again, other] = [await run(1), await run(1), await run(2)]
  expect(first.status).toBe(0)
  expect(first.stdout.split('\n')).toHaveLength(7)
  expect(again).toEqual(first)
  expect(other.stdout).not.toBe(first.stdout)
})

test('a busy machine changes nothing', async () => {
  const [one, ...others] = await Promise.all([run(3), run(3), run(3)])
  for (const result of others) expect(result).toEqual(one)
})

test('the tree of files is frozen: what is written is seen in the run, and by nobody else', () => {
  writeFileSync(join(folder, 'old'), 'old')
  const script = 'echo new > old; echo x > made; rm -f gone; cat old made; echo > /etc/netrig-seed'
  const { status, stdout, stderr } = netrigVmIn(
    { cwd: folder },
    ...['--seed', '1', '--', 'sh', '-c', script],
  )
  if (process.getuid?.() === 0) expect({ status, stderr }).toEqual({ status: 0, stderr: '' })
  expect(stdout).toBe('new\nx\n')
  expect(readFileSync(join(folder, 'old'), 'utf8')).toBe('old')
  expect(readdirSync(folder)).toEqual(['old'])
  expect(existsSync('/etc/netrig-seed')).toBe(false)
})

test('--out is empty for the run, and copied out at its end', () => {
  const out = join(folder, 'deep/out')
  const script = `ls -A "$1"; cd "$1" && mkdir d && echo text > d/f && ln -s d/f link && echo '#!' > x && chmod 755 x`
  const words = ['--seed', '1', '--out', out, '--', 'sh', '-c', script, 'sh', out]
  for (const _ of [1, 2]) {
    const { status, stdout, stderr } = netrigVmIn({ cwd: folder }, ...words)
    expect({ status, stdout, stderr }).toEqual({ status: 0, stdout: '', stderr: '' })
    expect(readFileSync(join(out, 'd/f'), 'utf8')).toBe('text\n')
    expect(readFileSync(join(out, 'link'), 'utf8')).toBe('text\n')
  }
})

test('stdin is the command’s when it reads, whenever it comes', () => {
  const { stdout } = netrigVmIn({ input: 'a\nb\n' }, '--seed', '1', '--', 'cat')
  expect(stdout).toBe('a\nb\n')
  const script = 'process.stdin.on("data", (data) => console.log(String(data)))'
  const words = ['--seed', '1', '--', process.execPath, '-e', script]
  expect(netrigVmIn({ input: 'words' }, ...words).stdout).toBe('words\n')
})

test('the clock and the seed are what docs say', () => {
  const { stdout } = netrigVm('--seed', '7', '--', 'sh', '-c', 'date -u +%FT%T; echo $NETRIG_SEED')
  expect(stdout).toBe('2026-01-01T00:00:00\n7\n')
})

test('--seed random says which', () => {
  const { stdout, stderr } = netrigVm('--seed', 'random', '--', 'sh', '-c', 'echo $NETRIG_SEED')
  expect(stderr).toBe(`netrig: vm: --seed ${stdout}`)
})
