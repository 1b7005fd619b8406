import { expect, test } from 'vitest'
import type { Report } from '../../src/explore/report.js'
import { summaryText } from '../../src/explore/summary.js'
import type { SeedRun } from '../../src/explore/universe.js'

const run = (seed: number, some: Partial<SeedRun> = {}): SeedRun => ({
  seed,
  verdict: 'passed',
  end: 'exit code 0',
  virtualMs: 123_400,
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
  command: ['npx', 'vitest', 'run', '-t', 'a leader'],
  options: ['--memory', '1G'],
  seeds: '1..20',
  untilFailure: false,
  shards: [],
  ms: 60_000,
  runs,
  ...some,
})

test('what a person reads at the end', () => {
  const runs = [
    run(1),
    run(9, {
      verdict: 'differs',
      differences: [
        { what: 'stdout', line: 3, first: 'a', second: 'b' },
        { what: 'virtual time', line: undefined, first: '1 ns', second: '2 ns' },
      ],
    }),
    run(4, { verdict: 'failed', end: 'exit code 1', lines: ['out | x', 'err | boom'] }),
  ]
  expect(`\n${summaryText(report(runs))}\n`).toMatchInlineSnapshot(`
    "
    3 universes in 1m 0s (3.0 a minute): 1 passed, 1 failed, 1 did not repeat

    seed 4: exit code 1, after 2m 3s of virtual time
      out | x
      err | boom
      replay: npx netrig vm --seed 4 --memory 1G -- npx vitest run -t 'a leader'

    seed 9: two runs of it were not alike
      stdout, line 3:
        first   a
        second  b
      virtual time:
        first   1 ns
        second  2 ns
      replay: npx netrig vm --seed 9 --memory 1G -- npx vitest run -t 'a leader'
    "
  `)
})

test('of many failures the first ten are shown, the others named', () => {
  const runs = Array.from({ length: 15 }, (_, at) => run(at + 1, { verdict: 'failed' }))
  const text = summaryText(report(runs), 'Stopped before all seeds were done.')
  expect(text.match(/replay:/g)).toHaveLength(10)
  expect(text).toContain('5 more: seeds 11..15')
  expect(text).toMatch(/Stopped before all seeds were done\.$/)
})

test('of several machines the rate is that of one', () => {
  const text = summaryText(report([run(1), run(2)], { shards: ['1/2', '2/2'] }))
  expect(text).toBe('2 universes in 1m 0s on 2 machines (2.0 a minute each): 2 passed, 0 failed')
})
