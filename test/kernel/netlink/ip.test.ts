import fc from 'fast-check'
import { expect, test } from 'vitest'
import { addressBytes, addressText, broadcastOf } from '../../../src/kernel/netlink/ip.js'
import { macBytes, macText } from '../../../src/kernel/netlink/mac.js'

test('addresses of both families', () => {
  expect([...addressBytes('10.0.255.1')]).toEqual([10, 0, 255, 1])
  expect([...addressBytes('fd00::1')]).toEqual([0xfd, ...new Array(14).fill(0), 1])
  expect(addressText(addressBytes('::'))).toBe('::')
  expect(addressText(addressBytes('FD00:0:0:1:0:0:0:1'))).toBe('fd00:0:0:1::1')
})

test.each([
  '',
  '10.0.0',
  '10.0.0.0.1',
  '10.0.0.256',
  '10.0.0.01',
  '10.0.0.-1',
  '10.0.0.1 ',
  '10.0.0.0x1',
  '10..0.1',
  'fd00::1::2',
  'fd00::1/64',
  'fe80::1%eth0',
  'fd00::g',
  ':',
])("'%s' is no address", (address) => {
  expect(() => addressBytes(address)).toThrow(
    expect.objectContaining({ code: 'INVALID_ADDRESS', object: address }),
  )
})

test('law: text of an address names the same bytes', () => {
  const bytes = fc.oneof(...[4, 16].map((n) => fc.uint8Array({ minLength: n, maxLength: n })))
  fc.assert(
    fc.property(bytes, (address) => {
      expect([...addressBytes(addressText(address))]).toEqual([...address])
    }),
  )
})

test('broadcast addresses', () => {
  const broadcast = (address: string, prefix: number) =>
    addressText(broadcastOf(addressBytes(address), prefix))
  expect(broadcast('10.0.0.1', 24)).toBe('10.0.0.255')
  expect(broadcast('10.1.2.3', 8)).toBe('10.255.255.255')
  expect(broadcast('10.1.2.3', 30)).toBe('10.1.2.3')
  expect(broadcast('10.1.2.1', 20)).toBe('10.1.15.255')
  expect(broadcast('10.1.2.1', 0)).toBe('255.255.255.255')
  expect(broadcast('10.1.2.1', 32)).toBe('10.1.2.1')
})

test('law: text of a MAC address names the same bytes', () => {
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 6, maxLength: 6 }), (mac) => {
      expect([...macBytes(macText(mac))]).toEqual([...mac])
      expect([...macBytes(macText(mac).toUpperCase())]).toEqual([...mac])
    }),
  )
})

test.each([
  '',
  '02:00:00:00:00',
  '02:00:00:00:00:0',
  '02-00-00-00-00-01',
  '02:00:00:00:00:0g',
  '02:00:00:00:00:01:02',
])("'%s' is no MAC address", (mac) => {
  expect(() => macBytes(mac)).toThrow(expect.objectContaining({ code: 'INVALID_ADDRESS' }))
})
