import { expect, test } from 'vitest'
import { createLab, NetrigError } from '../../../src/index.js'
import { netemHere } from './needs.js'

test.skipIf(netemHere)('without netem in the kernel there are two ways out', async () => {
  const error = await createLab({ engine: 'netem' }).then(
    () => undefined,
    (thrown: unknown) => thrown,
  )
  expect(error).toBeInstanceOf(NetrigError)
  expect(error).toMatchObject({ code: 'UNSUPPORTED', object: 'engine' })
  expect((error as NetrigError).hint).toContain("'relay'")
  expect((error as NetrigError).hint).toContain('netrig vm')
})
