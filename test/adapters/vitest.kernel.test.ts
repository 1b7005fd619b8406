import { describe, expect } from 'vitest'
import { test } from '../../src/adapters/vitest.js'
import { liveLabs } from '../../src/lab/live.js'

// How the other runners, other versions and failures behave: test/runners.

test('a test has a lab of its own, named after it', async ({ lab }) => {
  const [a, b] = lab.hosts('a', 'b')
  lab.link(a, b)
  await lab.start()
  expect((await a.exec('cat', ['/etc/hosts'])).stdout).toMatch(/^10\.0\.0\.2\s+b$/m)
  expect(lab.name).toBe('a test has a lab of its own, named after it')
  expect(lab.report()).toContain('test/adapters/vitest.kernel.test.ts')
})

test('a test that asks for none has none', () => {
  expect(liveLabs()).toEqual([])
})

describe('with options', () => {
  test.override({ labOptions: { name: 'mine' } })

  test('they are those of the lab', ({ lab }) => {
    expect(lab.name).toBe('mine')
  })
})
