import { test } from 'netrig/vitest'
import { expect } from 'vitest'
import { set } from './set.js'

set({ keep: 'on-failure', name: 'kept one' })

test('keeps', async ({ lab }) => {
  const [a, b] = lab.hosts('a', 'b')
  lab.link(a, b)
  await lab.start()
  expect(a.address).toBe('nothing')
})

test('passes', async ({ lab }) => {
  lab.host('a')
  await lab.start()
  expect(lab.name).toBe('kept one')
})
