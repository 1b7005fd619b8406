import { expect, test } from 'vitest'
import { parseMembership } from '../../../src/kernel/cgroup/membership.js'

test('reads v1, named and v2 lines, and a path with colons', () => {
  expect(parseMembership('4:cpu,cpuacct:/a\n1:name=systemd:/b:c\n0::/../x\nrubbish\n')).toEqual([
    { id: 4, controllers: ['cpu', 'cpuacct'], path: '/a' },
    { id: 1, controllers: ['name=systemd'], path: '/b:c' },
    { id: 0, controllers: [], path: '/../x' },
  ])
})
