import { expect, test } from 'vitest'
import { validateMtu } from '../../../src/lab/plan/mtu.js'
import { failure } from './topology.js'

test.each([
  [68, false],
  [1500, false],
  [65535, false],
  [1280, true],
])('%d (IPv6 %s) is taken', (mtu, ipv6) => {
  expect(() => validateMtu(mtu, ipv6, 'lab.link', 'link a-b')).not.toThrow()
})

test.each([
  [67, false, '68 (IPv4 needs 68, RFC 791)'],
  [65536, false, '68 (IPv4 needs 68, RFC 791)'],
  [1500.5, false, '68 (IPv4 needs 68, RFC 791)'],
  ['1500', false, '68 (IPv4 needs 68, RFC 791)'],
  [Number.NaN, false, '68 (IPv4 needs 68, RFC 791)'],
  [1279, true, '1280 (IPv6 needs 1280, RFC 8200)'],
])('%s (IPv6 %s) is refused', (mtu, ipv6, from) => {
  const error = failure(() => validateMtu(mtu, ipv6, 'lab.link', 'link a-b'))
  expect(error.code).toBe('INVALID_OPTION')
  expect(error.message).toBe(
    `lab.link: mtu ${mtu} of link a-b cannot be: write a whole number of bytes from ${from} to 65535.`,
  )
})
