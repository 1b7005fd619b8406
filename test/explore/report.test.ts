import fc from 'fast-check'
import { expect, test } from 'vitest'
import {
  isGreen,
  mergeReports,
  missingSeeds,
  type Report,
  readReport,
} from '../../src/explore/report.js'
import { takeShard } from '../../src/explore/shard.js'
import type { SeedRun } from '../../src/explore/universe.js'

const run = (seed: number, some: Partial<SeedRun> = {}): SeedRun => ({
  seed,
  verdict: 'passed',
  end: 'exit code 0',
  virtualMs: seed + 0.25,
  realMs: 10,
  lines: [],
  differences: [],
  ...some,
})

const report = (runs: readonly SeedRun[], some: Partial<Report> = {}): Report => ({
  netrig: 'explore',
  version: 2,
  by: '0.1.0',
  kernel: { version: '6.12.117-1~deb12u1', sha256: '0123456789abcdef' },
  command: ['node', 'run.mjs'],
  options: [],
  seeds: '1..20',
  untilFailure: false,
  shards: [],
  ms: 1000,
  runs,
  ...some,
})

const seeds = Array.from({ length: 20 }, (_, at) => at + 1)

test('what is written is read', () => {
  const bad = run(3, {
    verdict: 'differs',
    lines: ['out | x'],
    differences: [{ what: 'stdout', line: undefined, first: 'a', second: 'b' }],
  })
  const all = report([run(1), bad])
  expect(readReport(JSON.stringify(all), 'a.json')).toEqual(JSON.parse(JSON.stringify(all)))
})

test.each([
  ['', 'a.json is no JSON'],
  ['{', 'a.json is no JSON'],
  ['null', 'a.json was not written by netrig explore --json'],
  ['[]', 'a.json was not written by netrig explore --json'],
  [JSON.stringify({ ...report([]), version: 1 }), 'a.json has version 1'],
  [JSON.stringify({ ...report([]), version: 3 }), 'a.json has version 3'],
  [JSON.stringify({ ...report([]), kernel: { version: '6.12' } }), 'a.json is damaged'],
  [JSON.stringify({ ...report([]), by: undefined }), 'a.json is damaged'],
  [JSON.stringify({ ...report([]), runs: [{ seed: 1 }] }), 'a.json is damaged'],
  [JSON.stringify({ ...report([]), command: 'node' }), 'a.json is damaged'],
  [JSON.stringify({ ...report([]), seeds: '1..x' }), "'x' is no whole number"],
])('%s is refused', (text, why) => {
  expect(() => readReport(text, 'a.json')).toThrow(
    expect.objectContaining({ code: 'INVALID_OPTION', message: expect.stringContaining(why) }),
  )
})

test('shards, merged in any order and in any grouping, are one report', () => {
  const shards = fc.integer({ min: 1, max: 5 })
  fc.assert(
    fc.property(shards, fc.subarray(seeds), fc.func(fc.nat()), (count, failing, order) => {
      const one = (seed: number) =>
        failing.includes(seed) ? run(seed, { verdict: 'failed', end: 'exit code 1' }) : run(seed)
      const parts = Array.from({ length: count }, (_, at) => {
        const shard = { index: at + 1, count }
        const runs = [...takeShard(seeds, shard)].map(one)
        return [`${at}.json`, report(runs, { shards: [`${at + 1}/${count}`] })] as const
      })
      const mixed = [...parts].sort((a, b) => order(a[0]) - order(b[0]))
      const whole = mergeReports(parts)
      expect(mergeReports(mixed)).toEqual(whole)
      const [first, ...others] = mixed
      const nested = mergeReports([['x', mergeReports([first!])], ...others])
      expect(nested).toEqual(whole)
      expect(whole.runs).toEqual(seeds.map(one))
      expect(missingSeeds(whole)).toBe('')
      expect(isGreen(whole)).toBe(failing.length === 0)
    }),
  )
})

test('a shard that is not there is not green', () => {
  const merged = mergeReports([['a', report(seeds.slice(0, 17).map((seed) => run(seed)))]])
  expect(missingSeeds(merged)).toBe('18..20')
  expect(isGreen(merged)).toBe(false)
})

test('a seed that two machines ran differently does not repeat', () => {
  const merged = (b: Partial<SeedRun>) =>
    mergeReports([
      ['a', report([run(1)])],
      ['b', report([run(1, b)])],
    ]).runs
  expect(merged({ realMs: 5 })).toEqual([run(1)])
  expect(merged({ verdict: 'failed', end: 'exit code 1', lines: ['out | x'] })).toMatchObject([
    { verdict: 'differs', lines: ['out | x'], differences: [{ what: 'end' }] },
  ])
  expect(merged({ virtualMs: 9 })).toMatchObject([
    { verdict: 'differs', differences: [{ what: 'virtual time' }] },
  ])
})

test('reports of two commands are not merged', () => {
  const other = report([], { command: ['node', 'other.mjs'] })
  expect(() =>
    mergeReports([
      ['a', report([])],
      ['b', other],
    ]),
  ).toThrow(/b is of another command than a: '-- node other.mjs' there/)
})

test.each([
  [
    { kernel: { version: '6.12.117-1~deb12u1', sha256: 'fedcba9876543210' } },
    /^b is of another kernel than a: 6\.12\S+ \(SHA-256 fedcba987654\.\.\.\) there, 6\.12\S+ \(SHA-256 0123456789ab\.\.\.\) here/,
  ],
  [{ by: '0.2.0' }, /^b is of another netrig than a: 0\.2\.0 there, 0\.1\.0 here/],
] as const)('reports of two makings are not merged: %o', (other, sentence) => {
  expect(() =>
    mergeReports([
      ['a', report([])],
      ['b', report([], other)],
    ]),
  ).toThrow(
    expect.objectContaining({
      code: 'INVALID_OPTION',
      message: expect.stringMatching(sentence),
      hint: expect.stringContaining('merge b apart'),
    }),
  )
})
