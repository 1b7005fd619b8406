import fc from 'fast-check'
import { expect, test } from 'vitest'
import { macOf, parseMac } from '../../../src/lab/plan/mac.js'
import { failure } from './topology.js'

test.each([
  ['02:00:00:00:00:01', '02:00:00:00:00:01'],
  ['AA-BB-CC-DD-EE-FF', 'aa:bb:cc:dd:ee:ff'],
])('%s is read as %s', (text, mac) => {
  expect(parseMac(text, 'lab.link', 'host a')).toBe(mac)
})

const RULE = "write six bytes of which the first is even, e.g. '02:00:00:00:00:01'."
test.each([
  ['nonsense', `is not a MAC address: ${RULE}`],
  ['02:00:00:00:00', `is not a MAC address: ${RULE}`],
  [
    '01:00:5e:00:00:01',
    `has the multicast bit set, so it is no interface's own: ${RULE}\n  hint: '00:00:5e:00:00:01' would do`,
  ],
  [
    'ff:ff:ff:ff:ff:ff',
    `has the multicast bit set, so it is no interface's own: ${RULE}\n  hint: 'fe:ff:ff:ff:ff:ff' would do`,
  ],
  ['00:00:00:00:00:00', `is all zero: ${RULE}`],
])('%s is refused', (mac, message) => {
  const error = failure(() => parseMac(mac, 'lab.link', 'host a'))
  expect(error.code).toBe('INVALID_ADDRESS')
  expect(error.message).toBe(`lab.link: mac '${mac}' of host a ${message}`)
})

test('chosen ones are distinct, sound, locally administered, and none that was given', () => {
  const number = fc.nat(2 ** 32 - 2)
  fc.assert(
    fc.property(number, number, (a, b) => {
      const given = new Set([macOf(a, new Set())])
      expect(parseMac(macOf(a, given), 'lab.link', 'host a')).toMatch(/^02:/)
      expect(given.has(macOf(a, given))).toBe(false)
      expect(macOf(a, given) === macOf(b, given)).toBe(a === b)
    }),
  )
  expect(macOf(0, new Set())).toBe('02:00:00:00:00:01')
})
