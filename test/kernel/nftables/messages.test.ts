import { expect, test } from 'vitest'
import type { Message } from '../../../src/kernel/netlink/message.js'
import { MAX_CHAIN_DEVICES } from '../../../src/kernel/nftables/chain.js'
import { cutMessages } from '../../../src/kernel/nftables/cut.js'
import { TRANSACTION } from '../../../src/kernel/nftables/message.js'

const NETDEV = '05 00 0000'
const TABLE = '0600 0100 74000000'

const hex = ({ body }: Message) => Buffer.from(body).toString('hex')
const golden = (...lines: string[]) => lines.join('').replaceAll(' ', '')

test('the edges of a transaction name nftables', () => {
  expect([TRANSACTION.begin.type, TRANSACTION.end.type]).toEqual([0x10, 0x11])
  expect(hex(TRANSACTION.begin)).toBe('0000000a')
})

test('a cut in bytes', () => {
  const messages = cutMessages(
    {
      table: 't',
      markDevices: ['a'],
      drops: [{ devices: ['b'], hook: 'egress', marks: [1000] }],
    },
    'fail',
  )
  const [table, markChain, mark, set, elements, dropChain, drop] = messages
  expect(messages.map(({ type }) => type & 0xff)).toEqual([0, 3, 6, 9, 12, 3, 6])
  expect(messages.every(({ type }) => type >> 8 === 10)).toBe(true)

  expect(hex(table!)).toBe(golden(NETDEV, TABLE))
  expect(hex(markChain!)).toBe(
    golden(
      NETDEV,
      TABLE,
      '0b00 0300 6d61726b2d300000', // NFTA_CHAIN_NAME mark-0
      '2000 0480 0800 0100 00000000 0800 0200 fffffff6', // NFTA_CHAIN_HOOK: ingress, -10
      '0c00 0480 0600 0100 61000000', // NFTA_HOOK_DEVS: a
      '0800 0500 00000001', // NFTA_CHAIN_POLICY accept
      '0b00 0700 66696c7465720000', // NFTA_CHAIN_TYPE filter
    ),
  )
  expect(hex(mark!)).toBe(
    golden(
      NETDEV,
      TABLE,
      '0b00 0200 6d61726b2d300000',
      '4c00 0480',
      '2400 0180 0900 0100 6d65746100000000', // meta
      '1400 0280 0800 0200 00000004 0800 0100 00000008', // iif into the register
      '2400 0180 0900 0100 6d65746100000000', // meta
      '1400 0280 0800 0200 00000003 0800 0300 00000008', // mark from the register
    ),
  )
  expect(hex(set!)).toBe(
    golden(
      NETDEV,
      TABLE,
      '0c00 0200 6d61726b732d3000', // NFTA_SET_NAME marks-0
      '0800 0300 00000000 0800 0400 00000013 0800 0500 00000004', // flags, type mark, 4 bytes
      '0800 0a00 00000001', // NFTA_SET_ID
    ),
  )
  expect(hex(elements!)).toBe(
    golden(
      NETDEV,
      TABLE,
      '0c00 0200 6d61726b732d3000',
      '0800 0400 00000001',
      '1400 0380 1000 0180 0c00 0180 0800 0100 e8030000', // one element: 1000 in host order
    ),
  )
  expect(hex(dropChain!)).toContain(golden('0800 0100 00000001 0800 0200 00000000')) // egress, 0
  expect(hex(drop!)).toBe(
    golden(
      NETDEV,
      TABLE,
      '0d00 0200 64726f702d302d3000000000', // drop-0-0
      'b400 0480',
      '2400 0180 0900 0100 6d65746100000000',
      '1400 0280 0800 0200 00000003 0800 0100 00000008', // meta mark into the register
      '3000 0180 0b00 0100 6c6f6f6b75700000', // lookup
      '2000 0280 0c00 0100 6d61726b732d3000 0800 0400 00000001 0800 0200 00000008',
      '2c00 0180 0c00 0100 636f756e74657200', // counter
      '1c00 0280 0c00 0100 0000000000000000 0c00 0200 0000000000000000',
      '3000 0180 0e00 0100 696d6d6564696174 65000000', // immediate
      '1c00 0280 0800 0100 00000000 1000 0280 0c00 0280 0800 0100 00000000', // verdict drop
    ),
  )
})

test('devices and marks are named once, and spread over chains and messages', () => {
  const devices = Array.from({ length: 2 * MAX_CHAIN_DEVICES + 1 }, (_, index) => `p${index}`)
  const marks = Array.from({ length: 5000 }, (_, index) => index)
  const messages = cutMessages(
    {
      table: 't',
      drops: [{ devices: [...devices, 'p0'], hook: 'egress', marks: [...marks, 0] }],
    },
    'fail',
  )
  const count = (operation: string) =>
    messages.filter((message) => message.operation === operation).length
  expect(count('NFT_MSG_NEWCHAIN')).toBe(3)
  expect(count('NFT_MSG_NEWRULE')).toBe(3)
  expect(count('NFT_MSG_NEWSETELEM')).toBe(3)
  expect(Math.max(...messages.map(({ body }) => body.length))).toBeLessThan(65536)
})

test('a cut that takes the place of another starts by taking it away', () => {
  const operations = cutMessages({ table: 't', drops: [] }, 'replace').map(
    ({ operation }) => operation,
  )
  expect(operations).toEqual(['NFT_MSG_NEWTABLE', 'NFT_MSG_DELTABLE', 'NFT_MSG_NEWTABLE'])
})
