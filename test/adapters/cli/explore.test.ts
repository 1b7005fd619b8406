import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { exploreBy } from '../../../src/adapters/cli/explore.js'
import type { Maker } from '../../../src/explore/in-vm.js'
import { type Report, readReport } from '../../../src/explore/report.js'
import { netrig } from './support.js'

const folder = mkdtempSync(join(tmpdir(), 'netrig-explore-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))
const file = (name: string) => join(folder, name)
const reportIn = (name: string): Report => readReport(readFileSync(file(name), 'utf8'), name)

/** The command without a universe, for all that is not the universe's. */
const natively: Maker['run'] = async ({ seed, command, cwd }, signal) => {
  const [program, ...args] = command
  const env = { ...process.env, NETRIG_SEED: `${seed}` }
  const child = spawn(program!, args, { cwd, env, signal, stdio: ['ignore', 'pipe', 'pipe'] })
  const texts = { stdout: '', stderr: '' }
  for (const name of ['stdout', 'stderr'] as const) {
    child[name].setEncoding('utf8').on('data', (text: string) => {
      texts[name] += text
    })
  }
  const [code, ended] = (await once(child, 'close')) as [number | null, string | null]
  const end = { status: code ?? undefined, signal: ended ?? undefined, failure: undefined }
  return { ...texts, ...end, virtualNs: 2_000_000_000n }
}

/** Runs `netrig explore` in this process. */
const explore = (...args: string[]) => exploreOn('aa', ...args)

/** The same, on a kernel with that hash. */
async function exploreOn(sha256: string, ...args: string[]) {
  const [out, err]: [string[], string[]] = [[], []]
  let open = 0
  const make = (): Maker => {
    open += 1
    const close = () => {
      open -= 1
    }
    return { kernel: { version: '6.12.1', sha256 }, run: natively, close }
  }
  const code = await exploreBy(make).run(args, {
    out: (text) => out.push(text),
    err: (text) => err.push(text),
    cwd: process.cwd(),
    die: () => undefined,
  })
  expect(open).toBe(0)
  return { code, out: out.join('\n'), err: err.join('\n') }
}

/** Fails for seeds that end in 7. */
const sometimes = ['sh', '-c', 'echo "seed $NETRIG_SEED"; case $NETRIG_SEED in *7) exit 3;; esac']

describe('what makes no sense is one sentence, exit code 2', () => {
  test.each([
    [[], /behind two dashes: netrig explore --seeds 1\.\.200 -- npm test/],
    [['--seeds', '1..9', 'npm', 'test'], /two dashes: .* -- npm test/],
    [['--seeds', '1..9', '--'], /two dashes/],
    [['--', 'true'], /explore needs seeds/],
    [['--seeds', '9..1', '--', 'true'], /9\.\.1 runs backwards/],
    [['--seeds', '1..9', '--jobs', '0', '--', 'true'], /--jobs '0': is no whole number from 1/],
    [['--seeds', '1..9', '--jobs', 'x', '--', 'true'], /--jobs 'x'/],
    [['--seeds', '1..9', '--shard', '3/2', '--', 'true'], /--shard '3\/2': there is no 3/],
    [['--seeds', '1..9', '--shard', 'auto/2', '--', 'true'], /JOB_COMPLETION_INDEX is not set/],
    [['--sedes', '1..9', '--', 'true'], /no option --sedes; did you mean --seeds\?/],
    [['--seeds', '1..9', '--env', 'A', '--', 'true'], /--env takes NAME=VALUE/],
    [['--seeds', '1..9', '--memory', '1M', '--', 'true'], /memory of 1MiB will not do/],
    [['--seeds', '1..9', '--json', '/nowhere/a.json', '--', 'true'], /--json \/nowhere\/a\.json: /],
    [['--merge'], /--merge takes files/],
    [['--merge', 'a.json', '--check'], /--check says nothing to --merge/],
    [['--merge', '/nowhere.json'], /--merge \/nowhere\.json: /],
  ])('%o', async (args, sentence) => {
    const { code, out, err } = await netrig('explore', ...args)
    expect(err).toMatch(sentence)
    expect(code).toBe(2)
    expect(out).toBe('')
  })
})

test('all seeds, those that failed, and the lines that replay them', async () => {
  const { code, out, err } = await explore('--seeds', '1..20', '--memory', '1G', '--', ...sometimes)
  expect(code).toBe(1)
  expect(err.split('\n').sort()).toEqual([
    'seed 17 failed: exit code 3',
    'seed 7 failed: exit code 3',
  ])
  expect(out).toMatch(/^20 universes in .*: 18 passed, 2 failed$/m)
  expect(out).toContain('seed 7: exit code 3, after 2.0s of virtual time\n  out | seed 7\n')
  expect(out).toContain("replay: npx netrig vm --seed 17 --memory 1G -- sh -c 'echo")
})

test('when all pass there is one line and exit code 0', async () => {
  const { code, out, err } = await explore('--seeds', '1..6', '--', ...sometimes)
  expect(code).toBe(0)
  expect(err).toBe('')
  expect(out).toMatch(/^6 universes in \S+ \([\d.]+ a minute\): 6 passed, 0 failed$/)
})

test('until a failure there are new seeds', async () => {
  const { code, out } = await explore('--until-failure', '--seeds', '1..2', '--', ...sometimes)
  expect(code).toBe(1)
  expect(out).toContain('seed 7: exit code 3')
  expect(out).not.toContain('seed 17')
})

test('shards are written apart and merged', async () => {
  for (const index of [1, 2, 3]) {
    const shard = ['--shard', `${index}/3`, '--json', file(`${index}.json`)]
    await explore('--seeds', '1..20', ...shard, '--', ...sometimes)
  }
  expect(reportIn('2.json').runs.map(({ seed }) => seed)).toEqual([2, 5, 8, 11, 14, 17, 20])
  const files = [1, 2, 3].map((index) => file(`${index}.json`))
  const all = await explore('--merge', ...files, '--json', file('all.json'))
  expect(all.code).toBe(1)
  expect(all.out).toMatch(/^20 universes in .* on 3 machines .*: 18 passed, 2 failed$/m)
  expect(reportIn('all.json').shards).toEqual(['1/3', '2/3', '3/3'])
  const some = await explore('--merge', file('3.json'), file('2.json'))
  expect(some.out).toMatch(/Nobody has run seeds 1,4,7,10,13,16,19\.$/)
})

test('what is written says which kernel it was, and those of two are not merged', async () => {
  const seeds = ['--seeds', '1..4']
  for (const [index, sha256] of [
    [1, 'aa'],
    [2, 'bb'],
  ] as const) {
    const shard = ['--shard', `${index}/2`, '--json', file(`kernel${index}.json`)]
    await exploreOn(sha256, ...seeds, ...shard, '--', ...sometimes)
  }
  const { kernel, by } = reportIn('kernel2.json')
  expect(kernel).toEqual({ version: '6.12.1', sha256: 'bb' })
  expect(by).toMatch(/^\d+\.\d+\.\d+/)
  const { code, err } = await netrig(
    'explore',
    '--merge',
    file('kernel1.json'),
    file('kernel2.json'),
  )
  expect(code).toBe(2)
  expect(err).toMatch(
    /kernel2\.json is of another kernel than \S+kernel1\.json: 6\.12\.1 \(SHA-256 bb/,
  )
})

test('a command that is not the same twice is found', async () => {
  writeFileSync(file('count'), '')
  const count = ['sh', '-c', `echo x >>${file('count')}; wc -l <${file('count')}`]
  const { code, out } = await explore('--check', '--jobs', '1', '--seeds', '5', '--', ...count)
  expect(code).toBe(1)
  expect(out).toContain('0 passed, 0 failed, 1 did not repeat')
  expect(out).toContain('  stdout, line 1:\n    first   1\n    second  2\n')
})

test.each([
  ['SIGINT', 130],
  ['SIGTERM', 143],
] as const)('%s ends all universes, and there is a summary', async (signal, status) => {
  const here = file(signal)
  // The third begins when the first has ended.
  const script = `case $NETRIG_SEED in 1) exit;; 3) : >${here};; esac; exec sleep 100`
  const command = ['sh', '-c', script]
  const json = ['--json', file('stopped.json')]
  const running = explore('--seeds', '1..9', '--jobs', '2', ...json, '--', ...command)
  await expect.poll(() => existsSync(here)).toBe(true)
  process.kill(process.pid, signal)
  const { code, out } = await running
  expect(code).toBe(status)
  expect(out).toMatch(/^1 universe in .*: 1 passed, 0 failed$/m)
  expect(out).toMatch(/Stopped before all seeds were done\.$/)
  expect(reportIn('stopped.json').runs.map(({ seed }) => seed)).toEqual([1])
})
