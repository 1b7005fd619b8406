import { LITTLE_ENDIAN } from '../../ffi/memory.js'
import { Attributes } from './attribute.js'
import { align } from './writer.js'

/** linux/netlink.h: struct nlmsghdr is length u32, type u16, flags u16, sequence u32, port u32. */
export const MESSAGE_HEADER = 16

export const NLMSG_ERROR = 2
export const NLMSG_DONE = 3

export const NLM_F_REQUEST = 0x1
export const NLM_F_ACK = 0x4
export const NLM_F_DUMP_INTR = 0x10
export const NLM_F_DUMP = 0x300
export const NLM_F_REPLACE = 0x100
export const NLM_F_EXCL = 0x200
export const NLM_F_CREATE = 0x400
export const NLM_F_APPEND = 0x800
/** In answers: the original message was left out; extended text follows. */
const NLM_F_CAPPED = 0x100
const NLM_F_ACK_TLVS = 0x200

/** NLMSGERR_ATTR_MSG: the kernel's own sentence about what is wrong. */
const NLMSGERR_ATTR_MSG = 1

/** A request to the kernel, not yet numbered. */
export interface Message {
  readonly type: number
  /** Flags beyond NLM_F_REQUEST and NLM_F_ACK, which the socket sets. */
  readonly flags: number
  readonly body: Uint8Array
  /** What an error calls it, e.g. `RTM_NEWLINK`. */
  readonly operation: string
  /** What it is about, e.g. `veth p1000`. */
  readonly object: string
  /** Refusals that are as good as success, e.g. `['ENODEV']` for taking away what may be gone. */
  readonly allow?: readonly string[]
}

/** Bytes that a message takes on the socket, padding included. */
export function messageLength(message: Message): number {
  return MESSAGE_HEADER + align(message.body.length)
}

/** Writes `message` at `at` and tells where the next one starts. `into` is zeroed there. */
export function putMessage(
  into: Uint8Array,
  view: DataView,
  at: number,
  message: Message,
  sequence: number,
  flags: number,
): number {
  view.setUint32(at, MESSAGE_HEADER + message.body.length, LITTLE_ENDIAN)
  view.setUint16(at + 4, message.type, LITTLE_ENDIAN)
  view.setUint16(at + 6, message.flags | flags | NLM_F_REQUEST, LITTLE_ENDIAN)
  view.setUint32(at + 8, sequence, LITTLE_ENDIAN)
  view.setUint32(at + 12, 0, LITTLE_ENDIAN)
  into.set(message.body, at + MESSAGE_HEADER)
  const end = at + MESSAGE_HEADER + message.body.length
  const next = at + messageLength(message)
  into.fill(0, end, next)
  return next
}

/** One message from the kernel. `view` is the receive buffer: copy out of it before the next receive. */
export interface Reply {
  readonly type: number
  readonly flags: number
  readonly sequence: number
  readonly view: DataView
  /** The body, header not included. */
  readonly from: number
  readonly to: number
}

/** The messages of one datagram; a length that cannot be ends the list. */
export function readMessages(view: DataView, length: number): Reply[] {
  const replies: Reply[] = []
  for (let at = 0; at + MESSAGE_HEADER <= length; ) {
    const size = view.getUint32(at, LITTLE_ENDIAN)
    if (size < MESSAGE_HEADER || at + size > length) break
    replies.push({
      type: view.getUint16(at + 4, LITTLE_ENDIAN),
      flags: view.getUint16(at + 6, LITTLE_ENDIAN),
      sequence: view.getUint32(at + 8, LITTLE_ENDIAN),
      view,
      from: at + MESSAGE_HEADER,
      to: at + size,
    })
    at += align(size)
  }
  return replies
}

/** What an NLMSG_ERROR or NLMSG_DONE says: errno (0 is success) and the kernel's sentence, if any. */
export interface Outcome {
  readonly errno: number
  readonly text: string | undefined
}

/** Reads struct nlmsgerr (or the number in NLMSG_DONE) and the extended attributes behind it. */
export function readOutcome(reply: Reply): Outcome {
  const { view, from, to } = reply
  if (to - from < 4) return { errno: 0, text: undefined }
  const errno = 0 - view.getInt32(from, LITTLE_ENDIAN)
  if ((reply.flags & NLM_F_ACK_TLVS) === 0) return { errno, text: undefined }
  let attributes = from + 4
  if (reply.type === NLMSG_ERROR) {
    const original = view.getUint32(from + 4, LITTLE_ENDIAN)
    attributes += (reply.flags & NLM_F_CAPPED) !== 0 ? MESSAGE_HEADER : align(original)
  }
  return { errno, text: new Attributes(view, attributes, to).string(NLMSGERR_ATTR_MSG) }
}
