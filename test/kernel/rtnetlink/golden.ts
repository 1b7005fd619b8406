import { expect } from 'vitest'
import type { Message } from '../../../src/kernel/netlink/message.js'

/** NLM_F_CREATE | NLM_F_EXCL, as a message has them. */
export const CREATE_EXCL = 0x600

/** Compares a message with bytes that were put together by hand; spaces in them do not count. */
export function check(message: Message, type: number, flags: number, ...hex: string[]): void {
  expect({
    type: message.type,
    flags: message.flags,
    body: Buffer.from(message.body).toString('hex'),
  }).toEqual({ type, flags, body: hex.join('').replaceAll(' ', '') })
}
