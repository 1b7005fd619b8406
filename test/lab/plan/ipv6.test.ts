import fc from 'fast-check'
import { Address6 } from 'ip-address'
import { expect, test } from 'vitest'
import { readIpv4, subnetAround } from '../../../src/lab/plan/ipv4.js'
import { address6, formatIpv6, sitePrefix, subnet6 } from '../../../src/lab/plan/ipv6.js'

test('groups are written as RFC 5952 says', () => {
  const group = fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 0xffff }))
  fc.assert(
    fc.property(fc.array(group, { minLength: 8, maxLength: 8 }), (groups) => {
      const long = groups.map((n) => n.toString(16)).join(':')
      expect(formatIpv6(groups)).toBe(new Address6(long).correctForm())
    }),
  )
})

test('a site is a unique local prefix that the seed decides', () => {
  const site = sitePrefix(1)
  expect(subnet6(site, 0)).toMatch(/^fd[0-9a-f]{2}:[0-9a-f]{1,4}:[0-9a-f]{1,4}::\/64$/)
  expect(subnet6(site, 1)).toMatch(/:1::\/64$/)
  expect(sitePrefix(1)).toEqual(site)
  expect(sitePrefix(2)).not.toEqual(site)
})

test.each([
  ['10.0.0.17', 24, 'fd00:1:2:5::17'],
  ['10.0.3.17', 22, 'fd00:1:2:5::3:17'],
  ['10.0.5.0', 22, 'fd00:1:2:5::5:0'],
  ['192.168.1.130', 25, 'fd00:1:2:5::130'],
  ['10.9.8.7', 8, 'fd00:1:2:5:0:9:8:7'],
  ['10.0.0.0', 31, 'fd00:1:2:5::ffff'],
])('%s/%d goes with %s', (text, prefix, expected) => {
  const { address } = readIpv4(text)!
  expect(address6([0xfd00, 1, 2], 5, address, subnetAround(address, prefix))).toBe(expected)
})

test('two addresses of a subnet never go with the same one', () => {
  fc.assert(
    fc.property(
      fc.nat(2 ** 24 - 1),
      fc.nat(2 ** 24 - 1),
      fc.integer({ min: 8, max: 31 }),
      (a, b, prefix) => {
        const subnet = subnetAround(10 * 2 ** 24 + a, prefix)
        const other = subnet.base + (b % 2 ** (32 - prefix))
        const of = (address: number) => address6([0xfd00, 1, 2], 0, address, subnet)
        expect(of(10 * 2 ** 24 + a) === of(other)).toBe(10 * 2 ** 24 + a === other)
      },
    ),
  )
})
