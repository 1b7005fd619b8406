import { spawnSync } from 'node:child_process'
import { expect } from 'vitest'
import { netrigVm, netrigVmWords, test } from '../vm/support.js'

const [node, main] = netrigVmWords as [string, string]
const example = [process.execPath, 'examples/explore/run.mjs']

test('on one machine the store of the example keeps every deposit', () => {
  const { status, stdout, stderr } = netrigVm('--virtual-time', '--', ...example)
  expect(stderr).toBe('')
  expect(stdout).toMatch(/^all deposits are there, once: \{.*\}\n$/)
  expect(status).toBe(0)
}, 60_000)

// Which seeds fail is a matter of the versions of Node and of the kernel; that they repeat is not.
test('with a network between them its universes repeat', () => {
  const words = ['explore', '--seeds', '1..2', '--check', '--', ...example, '--mobile']
  const { stdout, stderr } = spawnSync(node, [main, ...words], {
    encoding: 'utf8',
    timeout: 120_000,
  })
  expect(stdout).toMatch(/^2 universes in .*: \d passed, \d failed$/m)
  expect(stderr).not.toContain('did not repeat')
}, 130_000)
