import { expect, test } from 'vitest'
import { kernelLine } from '../../src/vm/kernel-line.js'
import { planVm, type VmOptions } from '../../src/vm/options.js'

const line = (options: VmOptions = {}, init = '/x/vm-init') =>
  kernelLine(planVm(options, 'test'), 'netrig-vm/0/1/a', init)

test('memory, root, PID 1, and nothing of time or seeds that was not asked for', () => {
  const words = line({ memory: '100MiB' })
  expect(words).toEqual(
    expect.arrayContaining(['mem=100M', 'rootfstype=hostfs', 'init=/x/vm-init', 'netrig_status=3']),
  )
  expect(words.filter((word) => /time-travel|seed|NETRIG|norandmaps/.test(word))).toEqual([])
})

test('both kinds of virtual time', () => {
  expect(line({ virtualTime: 'idle' })).toContain('time-travel')
  const full = line({ virtualTime: true, clock: 1 })
  expect(full).toEqual(
    expect.arrayContaining([
      'time-travel=inf-cpu',
      'NETRIG_VIRTUAL=1',
      'time-travel-start=1000000',
    ]),
  )
})

test('a seed freezes files, addresses and chance', () => {
  const words = line({ seed: 9n, out: '/a b/"ü"' })
  expect(words).toEqual(expect.arrayContaining(['norandmaps', 'netrig_seed=9', 'NETRIG_FROZEN=1']))
  // Blanks and quotes have meanings there.
  expect(words).toContain('NETRIG_OUT=/a%20b/%22%c3%bc%22')
})

test('a path with blanks stands in quotes', () => {
  expect(line({}, '/a b/vm-init')).toContain('init="/a b/vm-init"')
})
