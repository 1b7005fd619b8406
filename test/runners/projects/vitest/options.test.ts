import { test } from 'netrig/vitest'
import { describe, expect } from 'vitest'
import { set } from './set.js'

describe('with IPv6', () => {
  set({ ipv6: true })
  test('a host has an address more', async ({ lab }) => {
    const [a, b] = lab.hosts('a', 'b')
    lab.link(a, b)
    await lab.start()
    expect(a.interfaces[0]?.addresses).toHaveLength(2)
  })
})

describe('with a word that does not exist', () => {
  set({ ipv5: true })
  test('the test fails', async ({ lab }) => {
    await lab.start()
  })
})

describe('without time to be made', () => {
  set({ setupTimeout: 0 })
  test('the test fails, too', async ({ lab }) => {
    await lab.start()
  })
})

test('outside of all that all is as ever', async ({ lab }) => {
  const [a, b] = lab.hosts('a', 'b')
  lab.link(a, b)
  await lab.start()
  expect(a.interfaces[0]?.addresses).toHaveLength(1)
})
