import fc from 'fast-check'
import { expect, test } from 'vitest'
import { differencesOf, endText, judge, type UniverseEnd } from '../../src/explore/universe.js'

const end = (some: Partial<UniverseEnd> = {}): UniverseEnd => ({
  status: 0,
  signal: undefined,
  stdout: 'a\nb\nc\n',
  stderr: '',
  virtualNs: 1_500_000n,
  failure: undefined,
  ...some,
})

const anyEnd = fc.record({
  status: fc.constantFrom(0, 1, undefined),
  signal: fc.constantFrom(undefined, 'SIGKILL'),
  stdout: fc
    .array(fc.constantFrom('a', 'b', ''), { maxLength: 4 })
    .map((lines) => lines.join('\n')),
  stderr: fc.constantFrom('', 'x\n', 'x\ny\n'),
  virtualNs: fc.constantFrom(1n, 2n),
  failure: fc.constantFrom(undefined, 'the kernel panicked'),
})

test('nothing differs from itself, and what differs is found', () => {
  fc.assert(
    fc.property(anyEnd, anyEnd, (a, b) => {
      expect(differencesOf(a, a)).toEqual([])
      const alike =
        a.stdout === b.stdout &&
        a.stderr === b.stderr &&
        a.virtualNs === b.virtualNs &&
        endText(a) === endText(b)
      expect(differencesOf(a, b).length === 0).toBe(alike)
      // Whichever was first, the same places are named.
      const places = (one: UniverseEnd, other: UniverseEnd) =>
        differencesOf(one, other).map(({ what, line }) => [what, line])
      expect(places(a, b)).toEqual(places(b, a))
    }),
  )
})

test('the first line that differs is shown, with its number', () => {
  expect(differencesOf(end(), end({ stdout: 'a\nB\nc\n' }))).toEqual([
    { what: 'stdout', line: 2, first: 'b', second: 'B' },
  ])
  expect(differencesOf(end(), end({ stdout: 'a\nb\nc\nd\n' }))).toEqual([
    { what: 'stdout', line: 4, first: '', second: 'd' },
  ])
  expect(differencesOf(end(), end({ stdout: 'a\nb\nc' }))).toEqual([
    { what: 'stdout', line: 4, first: '', second: '(nothing more)' },
  ])
})

test('one nanosecond is a difference', () => {
  expect(differencesOf(end(), end({ virtualNs: 1_500_001n }))).toEqual([
    { what: 'virtual time', line: undefined, first: '1500000 ns', second: '1500001 ns' },
  ])
})

test('a seed that passed keeps no output', () => {
  expect(judge(1, 20, [end(), undefined])).toEqual({
    seed: 1,
    verdict: 'passed',
    end: 'exit code 0',
    virtualMs: 1.5,
    realMs: 20,
    lines: [],
    differences: [],
  })
})

test('a seed that failed keeps the last lines of both streams, however long they are', () => {
  const stdout = Array.from({ length: 100 }, (_, line) => `line ${line}`).join('\n')
  const stderr = 'x'.repeat(10_000)
  const run = judge(2, 20, [end({ status: 3, stdout, stderr }), undefined])
  expect(run).toMatchObject({ verdict: 'failed', end: 'exit code 3' })
  expect(run.lines).toHaveLength(13)
  expect(run.lines[11]).toBe('out | line 99')
  expect(run.lines[12]).toHaveLength('err | '.length + 503)
})

test('a universe that broke has failed, whatever the exit code', () => {
  expect(judge(1, 1, [end({ failure: 'the kernel panicked' }), undefined])).toMatchObject({
    verdict: 'failed',
    end: 'the kernel panicked',
  })
})

test('of two runs that differ the one that failed is shown', () => {
  const bad = end({ status: 1, stderr: 'boom' })
  for (const ends of [[end(), bad] as const, [bad, end()] as const]) {
    const run = judge(1, 1, ends)
    expect(run).toMatchObject({ verdict: 'differs', end: 'exit code 1' })
    expect(run.lines).toContain('err | boom')
  }
})
