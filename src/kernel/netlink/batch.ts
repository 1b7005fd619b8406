import { NetlinkError } from './error.js'
import {
  isAllowed,
  type Message,
  messageLength,
  NLM_F_ACK,
  type Outcome,
  putMessage,
} from './message.js'

/** What the kernel said against a message of a batch. */
export interface Refusal extends Outcome {
  /** The message's place in the batch. */
  readonly index: number
}

/**
 * Messages for another process to send in one go, numbered from 0; those that fail answer, and the last
 * one answers in any case.
 */
export function encodeBatch(messages: readonly Message[]): Uint8Array {
  const size = messages.reduce((sum, message) => sum + messageLength(message), 0)
  const bytes = new Uint8Array(new ArrayBuffer(size))
  const view = new DataView(bytes.buffer)
  let at = 0
  messages.forEach((message, index) => {
    const flags = index === messages.length - 1 ? NLM_F_ACK : 0
    at = putMessage(bytes, view, at, message, index, flags)
  })
  return bytes
}

/**
 * Says what went wrong with a batch.
 *
 * @returns the error for the first refusal that its message does not allow; undefined when there is none
 */
export function batchError(
  messages: readonly Message[],
  refusals: readonly Refusal[],
): NetlinkError | undefined {
  const failed = refusals
    .filter((one) => messages[one.index] !== undefined && !isAllowed(messages[one.index]!, one))
    .sort((a, b) => a.index - b.index)
  const [first] = failed
  if (first === undefined) return undefined
  return new NetlinkError(messages[first.index]!, first, first.index, failed.length - 1)
}
