import { expect, test } from 'vitest'
import { errnoName, errnoText, SystemError } from '../../src/ffi/errno.js'

test('names are those that people look for', () => {
  expect([1, 11, 16, 95, 101, 524].map(errnoName)).toEqual([
    'EPERM',
    'EAGAIN',
    'EBUSY',
    'EOPNOTSUPP',
    'ENETUNREACH',
    'ENOTSUPP',
  ])
  expect(errnoName(4242)).toBe('errno 4242')
  expect(errnoText(1)).toBe('operation not permitted')
})

test('a SystemError says the call, the name and the meaning', () => {
  const error = new SystemError('close', 9)
  expect(error).toMatchObject({ syscall: 'close', errno: 9, code: 'EBADF' })
  expect(error.message).toBe('close: EBADF, bad file descriptor')
})
