import { expect, test } from 'vitest'
import { reasonToEnd } from '../../../src/adapters/cli/clean.js'
import { listing } from '../../../src/adapters/cli/ps.js'
import type { LabEntry } from '../../../src/sandbox/registry.js'

const info = {
  id: '0123456789',
  name: 'shop',
  pid: 42,
  startedAt: 1_000_000,
  cwd: '/w',
  kept: false,
  hosts: [
    { name: 'a', kind: 'host', addresses: ['10.0.0.1'] },
    { name: 'r', kind: 'router', addresses: ['10.0.0.2', '10.0.1.1'] },
    { name: 'lonely', kind: 'host', addresses: [] },
  ],
}
const lab: LabEntry = {
  name: 'netrig/1000/42/0123456789',
  uid: 1000,
  runner: 42,
  labId: '0123456789',
  info,
  silence: undefined,
  runnerAlive: true,
}

test('no lab is a sentence', () => {
  expect(listing([], 0)).toBe('No lab is alive.')
})

test('a lab is a row: id, name, runner, age, state, hosts with addresses', () => {
  const [, row] = listing([lab], 1_041_000).split('\n')
  expect(row).toMatch(
    /^0123456789 +shop +42 +41s +running +a 10\.0\.0\.1, r 10\.0\.0\.2 10\.0\.1\.1, lonely$/,
  )
})

test('kept, and without a runner', () => {
  expect(listing([{ ...lab, info: { ...info, kept: true }, runnerAlive: false }], 0)).toContain(
    'kept',
  )
  expect(listing([{ ...lab, runnerAlive: false }], 0)).toContain('runner gone')
})

test('many hosts are counted', () => {
  const hosts = Array.from({ length: 100 }, (_, i) => ({
    name: `h${i}`,
    kind: 'host',
    addresses: [],
  }))
  expect(listing([{ ...lab, info: { ...info, hosts } }], 0)).toMatch(/h5 and 94 more$/)
})

test("another user's lab has no name here, but is listed", () => {
  expect(listing([{ ...lab, info: undefined, silence: 'of uid 1000' }], 0)).toMatch(
    /0123456789 +\? +42 +\? +of uid 1000/,
  )
})

test.each([
  ['running', {}, false, undefined],
  ['running, --all', {}, true, 'running, of process 42'],
  ['kept', { info: { ...info, kept: true } }, false, 'kept'],
  ['its runner gone', { runnerAlive: false }, false, 'its runner 42 is gone'],
  ["another user's", { uid: 7, runnerAlive: false }, true, undefined],
])('clean, a lab that is %s', (_, change, everything, reason) => {
  expect(reasonToEnd({ ...lab, ...change }, everything, 1000)).toBe(reason)
})
