import { mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import {
  type FoundKernel,
  findKernel as findIn,
  KERNEL_ABI,
  KERNEL_PACKAGE,
} from '../../../src/vm/kernel/find.js'

/** As the published package finds it, which has no sources of a kernel. */
const findKernel = (env: NodeJS.ProcessEnv, project: string): FoundKernel =>
  findIn(env, project, '/no checkout')

let folder = ''
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'netrig find '))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

/** Lays a kernel out as the build does; answers its path. */
function kernel(at: string, version: string, abi = KERNEL_ABI): string {
  const path = join(folder, at, 'linux')
  mkdirSync(dirname(path), { recursive: true })
  writeFileSync(path, '#!/bin/true\n', { mode: 0o755 })
  writeFileSync(join(dirname(path), 'sources.json'), JSON.stringify({ abi, source: { version } }))
  return path
}

const cache = (name: string): string => join('cache/netrig/kernel', name)
const env = (more: NodeJS.ProcessEnv = {}): NodeJS.ProcessEnv => ({
  XDG_CACHE_HOME: join(folder, 'cache'),
  ...more,
})
const project = (): string => {
  mkdirSync(join(folder, 'project'), { recursive: true })
  return join(folder, 'project')
}

/** Makes a folder look as old as that, in seconds. */
function age(path: string, seconds: number): void {
  const then = Date.now() / 1000 - seconds
  utimesSync(dirname(path), then, then)
}

test('nothing anywhere: the error says how to get one', () => {
  expect(() => findKernel(env(), project())).toThrow(
    expect.objectContaining({ code: 'NO_KERNEL', hint: expect.stringContaining(KERNEL_PACKAGE) }),
  )
  expect(() => findIn(env(), project())).toThrow(
    expect.objectContaining({ code: 'NO_KERNEL', hint: expect.stringContaining('npm run kernel') }),
  )
})

test('the cache: the kernel that was asked for last', () => {
  const old = kernel(cache('a-1'), '6.12.1')
  const young = kernel(cache('b-2'), '6.12.2')
  age(old, 100)
  expect(findKernel(env(), project())).toEqual({ path: young, version: '6.12.2', origin: 'cache' })
  age(young, 200)
  expect(findKernel(env(), project()).path).toBe(old)
})

test('the cache: one that speaks otherwise, or is not complete, does not count', () => {
  kernel(cache('other-abi'), '6.12.9', KERNEL_ABI + 1)
  const bare = kernel(cache('bare'), '6.12.9')
  rmSync(join(dirname(bare), 'sources.json'))
  const gone = kernel(cache('gone'), '6.12.9')
  rmSync(gone)
  mkdirSync(join(folder, cache('build-123/objects')), { recursive: true })
  expect(() => findKernel(env(), project())).toThrow(/no kernel/)
  const good = kernel(cache('good'), '6.12.1')
  expect(findKernel(env(), project()).path).toBe(good)
})

test('the npm package, from the project, goes before the cache', () => {
  kernel(cache('a'), '6.12.1')
  const path = kernel(join('project/node_modules', KERNEL_PACKAGE), '6.12.3')
  writeFileSync(join(dirname(path), 'package.json'), '{"name":"x","version":"1.0.0"}')
  expect(findKernel(env(), project())).toEqual({ path, version: '6.12.3', origin: 'package' })
})

test('NETRIG_KERNEL goes before all, with or without what stands beside it', () => {
  kernel(cache('a'), '6.12.1')
  const own = kernel('own', '6.12.5')
  const named = env({ NETRIG_KERNEL: own })
  expect(findKernel(named, project())).toEqual({ path: own, version: '6.12.5', origin: 'env' })
  rmSync(join(dirname(own), 'sources.json'))
  expect(findKernel(named, project()).version).toBe('unknown')
})

test('NETRIG_KERNEL that is no program is an error, not passed over', () => {
  kernel(cache('a'), '6.12.1')
  for (const path of [join(folder, 'none'), folder]) {
    expect(() => findKernel(env({ NETRIG_KERNEL: path }), project())).toThrow(
      expect.objectContaining({ code: 'NO_KERNEL', object: path }),
    )
  }
})
