import { expect, test } from 'vitest'
import type { Status } from '../../src/vm/status.js'
import { LOOK, Watch } from '../../src/vm/watch.js'

const SECOND = 1000
const status = (virtualMs: number, name = 'spinner', idle = false): Status => ({
  virtualNs: BigInt(Math.round(virtualMs * 1e6)),
  switches: 0n,
  idle,
  pid: 5,
  name,
})

/** Looks for so many seconds of real time, and answers the first complaint with its second. */
function watch(seconds: number, limit: number, at: (ms: number) => Status | undefined) {
  const one = new Watch(limit)
  for (let ms = 0; ms <= seconds * SECOND; ms += LOOK) {
    const error = one.look(at(ms), ms)
    if (error !== undefined) return { error, second: ms / SECOND }
  }
  return undefined
}

test('who computes while time stands still is named, after the limit and not before', () => {
  const found = watch(20, 10 * SECOND, () => status(7))
  expect(found?.second).toBe(10)
  expect(found?.error).toMatchObject({
    code: 'VM_STUCK',
    message: expect.stringMatching(/stood still for 10s: 'spinner' \(pid 5\)/),
  })
})

test('looking at the clock costs a little time: that is no progress', () => {
  expect(watch(20, 10 * SECOND, (ms) => status(ms * 0.001))?.second).toBe(10)
})

test('many that never wait are told, too, after much longer', () => {
  const found = watch(200, 10 * SECOND, (ms) => status(7, `worker${(ms / LOOK) % 3}`))
  expect(found?.second).toBe(100)
  expect(found?.error.message).toMatch(/stood still for 100s: 'worker\d'/)
})

test.each([
  ['time that moves', (ms: number) => status(ms)],
  ['time that jumps now and then', (ms: number) => status(Math.floor(ms / 8000) * 9e5)],
  ['a vm that waits', () => status(7, 'swapper', true)],
  ['a vm that is not up yet', () => undefined],
  ['many that work', (ms: number) => status(7, `worker${(ms / LOOK) % 3}`)],
])('%s is left alone', (_, at) => {
  expect(watch(60, 10 * SECOND, at)).toBeUndefined()
})
