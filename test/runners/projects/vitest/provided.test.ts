import { test } from 'netrig/vitest'
import { expect } from 'vitest'

// Run with provided.config.mjs.
test('the lab is as the configuration says', async ({ lab }) => {
  expect(lab.name).toBe('provided')
})
