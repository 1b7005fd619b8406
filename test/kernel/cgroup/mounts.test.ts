import { expect, test } from 'vitest'
import { parseMountInfo } from '../../../src/kernel/cgroup/mounts.js'
import { dockerV1Mounts, systemdMount } from './machines.js'

test('reads a mount with optional fields before the dash', () => {
  expect(parseMountInfo(systemdMount)[1]).toEqual({
    root: '/',
    point: '/sys/fs/cgroup',
    options: ['rw', 'nosuid', 'nodev', 'noexec', 'relatime'],
    type: 'cgroup2',
    source: 'cgroup2',
    superOptions: ['rw', 'nsdelegate', 'memory_recursiveprot'],
  })
})

test('keeps the root of a bind mount', () => {
  expect(parseMountInfo(dockerV1Mounts).map((mount) => mount.root)).toEqual([
    '/',
    '/docker/2f1a',
    '/docker/2f1a',
    '/docker/2f1a',
    '/docker/2f1a',
  ])
})

test('undoes the octal escapes of the kernel', () => {
  const [mount] = parseMountInfo('5 1 0:9 / /mnt/a\\040b\\134c rw - tmpfs with\\011tab rw\n')
  expect(mount).toMatchObject({ point: '/mnt/a b\\c', source: 'with\ttab' })
})

test('leaves out what is no mount', () => {
  expect(parseMountInfo('\nnonsense\n1 2 3\n')).toEqual([])
})
