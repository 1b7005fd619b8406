import { test } from 'netrig/vitest'
import { describe, expect } from 'vitest'

const seen = new Set<string>()

describe.concurrent('at the same time', () => {
  for (const run of [1, 2, 3, 4, 5]) {
    test(`lab ${run}`, async ({ lab, expect }) => {
      seen.add(lab.id)
      const [a, b] = lab.hosts('a', 'b')
      lab.link(a, b)
      await lab.start()
      expect(a.address).toBe('10.0.0.1')
      const { stdout } = await b.exec('cat', ['/etc/hosts'])
      expect(stdout).toContain('10.0.0.1')
    })
  }
})

test('each had its own', () => {
  expect(seen.size).toBe(5)
})
