import { NetrigError } from '../../base/errors.js'
import { SystemError } from '../../ffi/errno.js'
import { closeFd } from '../../ffi/fd.js'
import { receiveDatagram, sendDatagram, setSocketOption } from '../../ffi/socket.js'
import { type Message, messageLength, putMessage, type Reply, readMessages } from './message.js'

/** linux/socket.h, linux/netlink.h */
const SOL_NETLINK = 270
const NETLINK_CAP_ACK = 10
const NETLINK_EXT_ACK = 11
const NETLINK_GET_STRICT_CHK = 12
const ENOBUFS = 105

// Buffers of this thread: requests and answers are synchronous, sockets take turns. The kernel fills
// at most 32 KiB per receive of a dump, if it is offered as much.
const input = new Uint8Array(new ArrayBuffer(65536))
const inputView = new DataView(input.buffer)
let output = new Uint8Array(new ArrayBuffer(32768))
let outputView = new DataView(output.buffer)

/** A message with its place among those sent together, and what came for it. */
export type Handler = (index: number, reply: Reply) => void

/**
 * The descriptor, numbering and buffers below {@link NetlinkSocket}: messages go out together, and all
 * answers to them are there when `send` returns, since the kernel handles requests in the sender's
 * context. Nothing is ever waited for.
 */
export class Channel {
  #fd: number
  #sequence = 0

  constructor(fd: number) {
    this.#fd = fd
    setSocketOption(fd, SOL_NETLINK, NETLINK_EXT_ACK, 1)
    setSocketOption(fd, SOL_NETLINK, NETLINK_CAP_ACK, 1)
    setSocketOption(fd, SOL_NETLINK, NETLINK_GET_STRICT_CHK, 1)
  }

  /**
   * Sends all of `messages` by one call, the one at `flagged` with additional `flags`, and hands each
   * answer to `handle`; what an earlier exchange left behind is passed over.
   */
  exchange(messages: readonly Message[], flagged: number, flags: number, handle: Handler): void {
    const size = messages.reduce((sum, message) => sum + messageLength(message), 0)
    if (size > output.length) {
      output = new Uint8Array(new ArrayBuffer(size))
      outputView = new DataView(output.buffer)
    }
    const first = this.#sequence
    let at = 0
    for (let index = 0; index < messages.length; index += 1) {
      const extra = index === flagged ? flags : 0
      at = putMessage(output, outputView, at, messages[index]!, (first + index) >>> 0, extra)
    }
    this.#sequence = (first + messages.length) >>> 0
    this.#send(at, messages[0]!)
    this.#drain((reply) => {
      const index = (reply.sequence - first) >>> 0
      if (index < messages.length) handle(index, reply)
    })
  }

  #send(length: number, { operation, object }: Message): void {
    if (this.#fd < 0) {
      const sentence = `${operation} for ${object}: the netlink socket is closed.`
      throw new NetrigError('KERNEL', sentence, { operation, object, errno: 'EBADF' })
    }
    try {
      sendDatagram(this.#fd, output.subarray(0, length))
    } catch (cause) {
      if (!(cause instanceof SystemError)) throw cause
      const sentence = `${operation} for ${object} could not be sent: ${cause.message}`
      throw new NetrigError('KERNEL', sentence, { operation, object, errno: cause.code, cause })
    }
  }

  #drain(handle: (reply: Reply) => void): void {
    for (;;) {
      let length: number | 'empty'
      try {
        length = receiveDatagram(this.#fd, input)
      } catch (error) {
        // Answers were lost; those that are queued still tell the first failures.
        if (error instanceof SystemError && error.errno === ENOBUFS) continue
        throw error
      }
      if (length === 'empty') return
      for (const reply of readMessages(inputView, length)) handle(reply)
    }
  }

  /** Closes the descriptor; a second call does nothing. */
  close(): void {
    const fd = this.#fd
    this.#fd = -1
    if (fd >= 0) closeFd(fd)
  }
}
