import { describe, expect, test } from 'vitest'
import { NetrigError } from '../../src/base/errors.js'
import { planVm, type VmOptions } from '../../src/vm/options.js'

const plan = (options: VmOptions = {}) => planVm(options, 'createVm')

test('what is not given', () => {
  expect(plan()).toEqual({
    time: undefined,
    memory: 2 * 2 ** 30,
    env: {},
    seed: undefined,
    clock: undefined,
    out: undefined,
    watchdog: 60_000,
  })
})

test('a seed brings full virtual time and a clock with it', () => {
  const { time, seed, clock } = plan({ seed: 7 })
  expect({ time, seed, clock }).toEqual({
    time: 'full',
    seed: 7n,
    clock: 1_767_225_600_000_000_000n,
  })
  expect(plan({ seed: '18446744073709551615' }).seed).toBe(2n ** 64n - 1n)
  expect(plan({ seed: 'random' }).seed).toBeLessThan(2n ** 32n)
})

test.each([
  [true, 'full'],
  ['full', 'full'],
  ['idle', 'idle'],
  [false, undefined],
] as const)('virtualTime %s is %s', (virtualTime, time) => {
  expect(plan({ virtualTime }).time).toBe(time)
})

test('memory in netrig’s units and in those of other tools', () => {
  expect(plan({ memory: '512MiB' }).memory).toBe(512 * 2 ** 20)
  expect(plan({ memory: '1.5G' as never }).memory).toBe(1.5 * 2 ** 30)
})

test('a clock in any way to write a time', () => {
  const clock = 1_000_000_000_000n * 1_000_000n
  for (const given of [new Date(1e12), 1e12, '1000000000000', '2001-09-09T01:46:40Z']) {
    expect(plan({ virtualTime: true, clock: given }).clock).toBe(clock)
  }
})

describe('what makes no sense is refused before anything starts', () => {
  test.each([
    [{ memory: '1MiB' }, /memory of 1MiB will not do: a vm has at least 64MiB/],
    [{ memory: '1M' }, /at least 64MiB/],
    [{ memory: '2TiB' }, /at most 1TiB/],
    [{ memory: 'much' }, /createVm memory: 'much' is not a size/],
    [{ virtualTime: 'fast' }, /'full' or 'idle', not 'fast'/],
    [{ seed: -1 }, /seed '-1' is no whole number/],
    [{ seed: 1.5 }, /no whole number/],
    [{ seed: 'x' }, /no whole number/],
    [{ seed: '18446744073709551616' }, /no whole number/],
    [{ seed: 1, virtualTime: 'idle' }, /only in full virtual time/],
    [{ seed: 1, virtualTime: false }, /only in full virtual time/],
    [{ clock: 0 }, /only virtual time begins when it is told/],
    [{ virtualTime: true, clock: 'soon' }, /'soon' is no time/],
    [{ out: 'x' }, /'out' is for seeded runs/],
    [{ seed: 1, out: '' }, /path of a folder/],
    [{ watchdog: '10ms' }, /less than a second/],
    [{ env: 'A=1' }, /env is an object/],
    [{ env: { A: 1 } }, /'A' in env/],
    [{ env: { 'A=B': '1' } }, /'A=B' in env/],
    [{ virtuelTime: true }, /no option 'virtuelTime'.\n.*did you mean 'virtualTime'/],
  ])('%o', (options, message) => {
    expect(() => plan(options as VmOptions)).toThrow(NetrigError)
    expect(() => plan(options as VmOptions)).toThrow(message)
  })
})
