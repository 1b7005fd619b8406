import { expect, test } from 'vitest'
import { limitsAsked, settingsFor } from '../../../src/kernel/cgroup/limits.js'

test('the files of v2 and v1', () => {
  expect(settingsFor('cpu', 0.5, 2)).toEqual([{ file: 'cpu.max', value: '50000 100000' }])
  expect(settingsFor('cpu', 2, 1)).toContainEqual({ file: 'cpu.cfs_quota_us', value: '200000' })
  expect(settingsFor('memory', 1 << 20, 2)[0]).toEqual({ file: 'memory.max', value: '1048576' })
  expect(settingsFor('pids', 50, 1)).toEqual([{ file: 'pids.max', value: '51' }])
})

test('a sliver of a processor is the least the kernel takes', () => {
  expect(settingsFor('cpu', 0.0001, 2)).toEqual([{ file: 'cpu.max', value: '1000 100000' }])
})

test.each([
  [{ memory: 0 }, 'memory'],
  [{ memory: 1.5 }, 'memory'],
  [{ cpu: -1 }, 'cpu'],
  [{ cpu: Number.NaN }, 'cpu'],
  [{ pids: Number.POSITIVE_INFINITY }, 'pids'],
])('refuses %o', (limits, name) => {
  expect(() => limitsAsked(limits)).toThrow(
    expect.objectContaining({ code: 'INVALID_OPTION', object: name }),
  )
})

test('what is not asked for is not limited', () => {
  expect(limitsAsked({ cpu: undefined, pids: 3 })).toEqual([['pids', 3]])
})
