import { expect, test } from 'vitest'
import { readStatus } from '../../src/vm/status.js'

// As native/vm/common/status.h lays it out.
function page(): Uint8Array {
  const bytes = new Uint8Array(48)
  const view = new DataView(bytes.buffer)
  bytes.set(Buffer.from('netrigvm'))
  view.setBigUint64(8, 123_456_789_000n, true)
  view.setBigUint64(16, 42n, true)
  view.setUint32(24, 1, true)
  view.setInt32(28, 17, true)
  bytes.set(Buffer.from('a name\0rest'), 32)
  return bytes
}

test('a page that the kernel has written', () => {
  expect(readStatus(page())).toEqual({
    virtualNs: 123_456_789_000n,
    switches: 42n,
    idle: true,
    pid: 17,
    name: 'a name',
  })
})

test('a name without an end, and a page that is not ready', () => {
  const bytes = page()
  bytes.fill(65, 32)
  expect(readStatus(bytes)?.name).toBe('A'.repeat(16))
  bytes[0] = 0
  expect(readStatus(bytes)).toBeUndefined()
  expect(readStatus(new Uint8Array(10))).toBeUndefined()
})
