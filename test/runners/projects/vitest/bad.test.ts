import { test } from 'netrig/vitest'
import { describe, expect } from 'vitest'

describe('a network', () => {
  test('that is cut', async ({ lab }) => {
    const lan = lab.switch('lan')
    const [a, b] = lab.hosts('a', 'b')
    lab.link(a, lan)
    lab.link(b, lan)
    await lab.start()
    const program = a.spawn('sh', ['-c', 'echo first; echo last words >&2; exit 3'])
    await program.exited
    await lab.partition([a], [b])
    expect(a.address).toBe('what it is not')
  })
})

test('that takes too long', { timeout: 500 }, async ({ lab }) => {
  const a = lab.host('a')
  await lab.start()
  await a.exec('sleep', ['100'])
})

test.fails('that fails as expected', async ({ lab }) => {
  lab.host('expected')
  await lab.start()
  expect(lab.running).toBe(false)
})
