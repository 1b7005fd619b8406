import { describe, expect, test } from 'vitest'
import { readVm } from '../../../src/adapters/cli/vm.js'
import { netrig } from './support.js'

test('options and the command', () => {
  expect(
    readVm([
      ...['--virtual-time', '--memory', '1G', '--env', 'A=1', '--env', 'B=2=3', '--seed', '5'],
      ...['--clock', '2030-01-01', '--out', 'o', '--watchdog', '10', '--', 'node', '--seed', 'x'],
    ]),
  ).toEqual({
    options: {
      virtualTime: 'full',
      memory: '1G',
      env: { A: '1', B: '2=3' },
      seed: '5',
      clock: '2030-01-01',
      out: 'o',
      watchdog: '10s',
    },
    command: ['node', '--seed', 'x'],
  })
})

test('virtual time of both kinds, and a watchdog in units or off', () => {
  expect(readVm(['--virtual-time=idle', '--', 'x']).options).toMatchObject({ virtualTime: 'idle' })
  expect(readVm(['--watchdog', '2m', '--', 'x']).options).toMatchObject({ watchdog: '2m' })
  expect(readVm(['--watchdog=off', '--', 'x']).options).toMatchObject({ watchdog: false })
})

describe('what makes no sense is one sentence on stderr, exit code 2', () => {
  test.each([
    [[], /behind two dashes: netrig vm -- npm test/],
    [['--'], /behind two dashes/],
    [['ls'], /behind two dashes: netrig vm -- ls/],
    [['--memroy', '1G', '--', 'ls'], /no option --memroy; did you mean --memory\?/],
    [['--memory', '1M', '--', 'ls'], /memory of 1MiB will not do/],
    [['--memory', 'lots', '--', 'ls'], /'lots' is not a size/],
    [['--virtual-time=fast', '--', 'ls'], /full or idle, not 'fast'/],
    [['--env', 'A', '--', 'ls'], /--env takes NAME=VALUE, not 'A'/],
    [['--seed', 'x', '--', 'ls'], /seed 'x' is no whole number/],
    [['--seed', '1', '--virtual-time=idle', '--', 'ls'], /only in full virtual time/],
    [['--out', 'x', '--', 'ls'], /'out' is for seeded runs/],
    [['--clock', '2030-01-01', '--', 'ls'], /only virtual time/],
    [['--watchdog', '0', '--', 'ls'], /watchdog/],
  ])('%o', async (args, sentence) => {
    const { code, out, err } = await netrig('vm', ...args)
    expect({ code, out }).toEqual({ code: 2, out: '' })
    expect(err).toMatch(/^netrig: /)
    expect(err).toMatch(sentence)
  })
})
