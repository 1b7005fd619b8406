import { test } from 'netrig/vitest'
import { beforeEach, expect, vi } from 'vitest'

beforeEach(() => {
  vi.useFakeTimers()
})

test('a lab lives and ends while timers are false', async ({ lab }) => {
  const [a, b] = lab.hosts('a', 'b')
  lab.link(a, b, { delay: '5ms' })
  await lab.start()
  expect((await a.exec('echo', ['hello'])).stdout).toBe('hello')
  a.spawn('sleep', ['100'])
})

test('and so does the next', async ({ lab }) => {
  lab.host('a')
  await lab.start()
})
