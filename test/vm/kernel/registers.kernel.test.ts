import { execFileSync } from 'node:child_process'
import { expect } from 'vitest'
import { netrigVm, test } from '../support.js'
import { compiled } from './support.js'

// Patch 0011 leaves floating point registers in host processes that several threads share.
test('floating point registers are each thread’s own, whatever comes in between', () => {
  const program = compiled('registers')
  expect(execFileSync(program, { encoding: 'utf8' })).toBe('kept\n')
  for (const time of [[], ['--virtual-time']]) {
    expect(netrigVm(...time, '--', program)).toMatchObject({ stdout: 'kept\n', stderr: '' })
  }
})

test('under a seed the time stamp counter is the kernel’s time', () => {
  const program = compiled('counter')
  const once = netrigVm('--seed', '1', '--', program)
  expect(once.stdout).toMatch(/^\d+ \d+ 0 rising\n$/)
  expect(netrigVm('--seed', '1', '--', program).stdout).toBe(once.stdout)
  // Nanoseconds since a boot that took no time, not cycles since the machine's.
  expect(Number(once.stdout.split(' ')[0])).toBeLessThan(1e9)
  // Without a seed it is the processor's.
  expect(netrigVm('--virtual-time', '--', program).stdout).toMatch(/rising\n$/)
})
