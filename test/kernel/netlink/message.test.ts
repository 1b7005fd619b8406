import fc from 'fast-check'
import { expect, test } from 'vitest'
import { NetlinkError } from '../../../src/kernel/netlink/error.js'
import {
  type Message,
  messageLength,
  putMessage,
  readMessages,
  readOutcome,
} from '../../../src/kernel/netlink/message.js'

const message = (body: Uint8Array): Message => ({
  type: 16,
  flags: 0x600,
  body,
  operation: 'RTM_NEWLINK',
  object: 'veth p1000',
})

/** Some messages as one datagram. */
function datagram(messages: readonly Message[]): DataView {
  const bytes = new Uint8Array(messages.reduce((sum, each) => sum + messageLength(each), 0))
  const view = new DataView(bytes.buffer)
  let at = 0
  messages.forEach((each, index) => {
    at = putMessage(bytes, view, at, each, 7 + index, 4)
  })
  return view
}

const fromHex = (hex: string): DataView => {
  const bytes = Uint8Array.from(Buffer.from(hex.replaceAll(' ', ''), 'hex'))
  return new DataView(bytes.buffer)
}

test('a header is laid out as in linux/netlink.h', () => {
  const { buffer } = datagram([message(Uint8Array.of(1, 2, 3, 4, 5))])
  expect(Buffer.from(buffer).toString('hex')).toBe(
    '15000000 1000 0506 07000000 00000000 0102030405 000000'.replaceAll(' ', ''),
  )
})

test('law: messages that are put are read', () => {
  fc.assert(
    fc.property(fc.array(fc.uint8Array({ maxLength: 50 }), { maxLength: 8 }), (bodies) => {
      const view = datagram(bodies.map(message))
      const replies = readMessages(view, view.byteLength)
      expect(replies.map(({ sequence }) => sequence)).toEqual(bodies.map((_, index) => 7 + index))
      expect(replies.map(({ from, to }) => new Uint8Array(view.buffer.slice(from, to)))).toEqual(
        bodies.map((body) => Uint8Array.from(body)),
      )
    }),
  )
})

test('law: no bytes make the reader throw or run on', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
      const view = new DataView(Uint8Array.from(bytes).buffer)
      for (const reply of readMessages(view, bytes.length)) {
        expect(reply.to).toBeLessThanOrEqual(bytes.length)
        readOutcome(reply)
      }
    }),
  )
})

/** What kernel 6.18 answered to a default route via 10.7.0.1 on a socket with NETLINK_CAP_ACK. */
const REFUSAL =
  '44000000 0200 0003 04000000 40030000 9bffffff 24000000 1800 0506 04000000 00000000' +
  '20000100 4e657874686f702068617320696e76616c6964206761746577617900'

test('an error carries the kernel’s own sentence', () => {
  const view = fromHex(REFUSAL)
  const [reply] = readMessages(view, view.byteLength)
  const outcome = readOutcome(reply!)
  expect(outcome).toEqual({ errno: 101, text: 'Nexthop has invalid gateway' })
  const error = new NetlinkError(message(new Uint8Array(0)), outcome, 3, 2)
  expect(error).toMatchObject({ code: 'KERNEL', errno: 'ENETUNREACH', index: 3 })
  expect(error.message).toBe(
    'The kernel refused RTM_NEWLINK for veth p1000: ENETUNREACH, Nexthop has invalid gateway (and 2 more of this batch failed)',
  )
})

test('an error without CAP_ACK repeats the request before its sentence', () => {
  const original = '14000000 1800 0506 02000000 00000000 01020304'
  const view = fromHex(
    `30000000 0200 0002 02000000 3c0f0000 ffffffff ${original} 08000100 6e6f0000`,
  )
  const [reply] = readMessages(view, view.byteLength)
  expect(readOutcome(reply!)).toEqual({ errno: 1, text: 'no' })
})

test('success and the end of a dump', () => {
  const ack = fromHex(
    '24000000 0200 0001 02000000 3c0f0000 00000000 10000000 1800 0506 02000000 00000000',
  )
  expect(readOutcome(readMessages(ack, ack.byteLength)[0]!)).toEqual({ errno: 0, text: undefined })
  const done = fromHex('14000000 0300 0200 02000000 3c0f0000 00000000')
  expect(readOutcome(readMessages(done, done.byteLength)[0]!).errno).toBe(0)
})

test('refusals have codes that programs can tell apart', () => {
  const code = (errno: number) =>
    new NetlinkError(message(new Uint8Array(0)), { errno, text: undefined }, 0).code
  expect([1, 13, 95, 17].map(code)).toEqual(['PERMISSION', 'PERMISSION', 'UNSUPPORTED', 'KERNEL'])
})
