import { expect, test } from 'vitest'
import { findHierarchies } from '../../../src/kernel/cgroup/hierarchy.js'
import { parseMembership } from '../../../src/kernel/cgroup/membership.js'
import { parseMountInfo } from '../../../src/kernel/cgroup/mounts.js'
import * as machines from './machines.js'

function find(mounts: string, membership: string) {
  return findHierarchies(parseMountInfo(mounts), parseMembership(membership))
}

test('v2 alone', () => {
  expect(find(machines.systemdMount, '0::/user.slice/user-1000.slice/session-2.scope\n')).toEqual([
    {
      version: 2,
      controllers: [],
      point: '/sys/fs/cgroup',
      own: '/sys/fs/cgroup/user.slice/user-1000.slice/session-2.scope',
      readOnly: false,
    },
  ])
})

test('hybrid: each v1 hierarchy with its own group, and v2', () => {
  const found = find(machines.hybridMounts, machines.hybridMembership)
  expect(found.map(({ version, own }) => [version, own])).toEqual([
    [2, '/sys/fs/cgroup/unified/user.slice/user-0.slice/session-1.scope'],
    [1, '/sys/fs/cgroup/systemd/user.slice/user-0.slice/session-1.scope'],
    [1, '/sys/fs/cgroup/cpu,cpuacct/user.slice'],
    [1, '/sys/fs/cgroup/memory/user.slice/user-0.slice/session-1.scope'],
    [1, '/sys/fs/cgroup/pids/user.slice/user-0.slice/session-1.scope'],
    [1, '/sys/fs/cgroup/cpuset'],
  ])
})

test('Docker v1: the group is the root of a bind mount', () => {
  const found = find(machines.dockerV1Mounts, machines.dockerV1Membership)
  expect(found.map(({ own }) => own)).toContain('/sys/fs/cgroup/memory')
  expect(found.every(({ readOnly }) => readOnly)).toBe(true)
})

test('a group outside the cgroup namespace is out of reach', () => {
  expect(find(machines.dockerV2Mount('ro'), '0::/../other\n')).toEqual([])
  expect(find(machines.dockerV2Mount('ro').replace(' / ', ' /.. '), '0::/\n')).toEqual([])
})

test('mounted twice: the writable mount wins', () => {
  const both = `${machines.dockerV2Mount('rw')}${machines.dockerV2Mount('ro').replaceAll('/sys/fs/cgroup', '/mnt')}`
  expect(find(both, '0::/\n')).toMatchObject([{ point: '/sys/fs/cgroup', readOnly: false }])
})
