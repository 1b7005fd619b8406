import { expect } from 'vitest'
import { netrigVm, test } from '../vm/support.js'

test('two hours of a flapping network pass in virtual time', () => {
  const began = performance.now()
  const file = 'examples/virtual-time/flapping.test.mjs'
  const { status, stdout } = netrigVm('--virtual-time', '--', process.execPath, file)
  expect(status, stdout).toBe(0)
  const [, letters, written] = /(\d+) of (\d+) letters/.exec(stdout) ?? []
  expect(letters).toBe(written)
  // One in two minutes.
  expect(Number(letters)).toBeGreaterThanOrEqual(60)
  // 20 s on a machine of its own; this one has other tests to run.
  expect(performance.now() - began).toBeLessThan(60_000)
}, 90_000)
