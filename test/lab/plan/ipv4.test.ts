import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  formatIpv4,
  formatSubnet,
  overlap,
  parseSubnet,
  prefixFor,
  readIpv4,
  span,
  subnetAround,
  usable,
} from '../../../src/lab/plan/ipv4.js'
import { failure } from './topology.js'

const address = fc.integer({ min: 0, max: 2 ** 32 - 1 })
const prefix = fc.integer({ min: 8, max: 31 })

test('an address reads as it is written', () => {
  fc.assert(
    fc.property(address, (n) => {
      expect(readIpv4(formatIpv4(n))).toEqual({ address: n })
      expect(readIpv4(`${formatIpv4(n)}/24`)).toEqual({ address: n, prefix: 24 })
    }),
  )
})

test.each([
  '',
  '10.0.0',
  '10.0.0.256',
  '010.0.0.1',
  '10.0.0.1/33',
  ' 10.0.0.1',
  'fd00::1',
  7,
  null,
])('%s is not an address', (text) => {
  expect(readIpv4(text)).toBeUndefined()
})

test('a subnet holds its usable addresses and no others', () => {
  fc.assert(
    fc.property(address, prefix, address, (n, length, other) => {
      const subnet = subnetAround(n, length)
      const { first, last, count } = usable(subnet)
      expect(subnetAround(first, length)).toEqual(subnet)
      expect(subnetAround(last, length)).toEqual(subnet)
      expect(count).toBe(length === 31 ? 2 : span(length) - 2)
      const around = subnetAround(other, 31)
      const inside = other >= subnet.base && other < subnet.base + span(length)
      expect(overlap(subnet, around)).toBe(inside)
      expect(overlap(around, subnet)).toBe(inside)
    }),
  )
})

test('prefixFor has room, and no more than it must', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 100_000 }), (count) => {
      const length = prefixFor(count)
      expect(span(length) - 2).toBeGreaterThanOrEqual(count)
      if (length < 30) expect(span(length + 1) - 2).toBeLessThan(count)
    }),
  )
  expect([1, 2, 3, 254, 255, 1000].map(prefixFor)).toEqual([30, 30, 29, 24, 23, 22])
})

describe('a given subnet', () => {
  test.each(['10.0.0.0/24', '192.168.4.0/22', '10.0.0.0/8', '10.0.0.2/31'])('%s', (text) => {
    expect(formatSubnet(parseSubnet(text, 'lab.switch', 'switch lan'))).toBe(text)
  })

  const RULE = "write an IPv4 network with a prefix from /8 to /31, e.g. '10.0.0.0/24'."
  test.each([
    ['ten', `is not a network: ${RULE}`],
    [
      '10.0.0.5/24',
      `is an address in a network, not the network: ${RULE}\n  hint: did you mean '10.0.0.0/24'?`,
    ],
    ['10.0.0.0', `has no prefix: ${RULE}\n  hint: did you mean '10.0.0.0/24'?`],
    ['10.0.0.0/7', `has a prefix of /7: ${RULE}`],
    ['10.0.0.0/32', `has a prefix of /32: ${RULE}`],
    ['127.0.0.0/24', `is loopback (RFC 1122): ${RULE}`],
    ['224.1.0.0/16', `is multicast (RFC 5771): ${RULE}`],
    [
      'fd00::/64',
      `is not IPv4: ${RULE}\n  hint: IPv6 subnets are chosen by the lab: createLab({ ipv6: true })`,
    ],
  ])('%s is refused', (text, message) => {
    const error = failure(() => parseSubnet(text, 'lab.switch', 'switch lan'))
    expect(error.code).toBe('INVALID_ADDRESS')
    expect(error.message).toBe(`lab.switch: subnet '${text}' of switch lan ${message}`)
  })
})
