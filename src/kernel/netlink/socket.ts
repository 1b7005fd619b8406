import { NetrigError } from '../../base/errors.js'
import { errnoName, SystemError } from '../../ffi/errno.js'
import { closeFd } from '../../ffi/fd.js'
import { receiveDatagram, sendDatagram, setSocketOption } from '../../ffi/socket.js'
import { NetlinkError } from './error.js'
import {
  type Message,
  messageLength,
  NLM_F_ACK,
  NLM_F_DUMP,
  NLM_F_DUMP_INTR,
  NLMSG_DONE,
  NLMSG_ERROR,
  type Outcome,
  putMessage,
  type Reply,
  readMessages,
  readOutcome,
} from './message.js'

/** linux/socket.h, linux/netlink.h */
const SOL_NETLINK = 270
const NETLINK_CAP_ACK = 10
const NETLINK_EXT_ACK = 11
const NETLINK_GET_STRICT_CHK = 12
const ENOBUFS = 105

/**
 * Bounds of one send. Only its last message asks for an ACK, the others answer when they fail, so
 * answers overrun the receive buffer (ENOBUFS; 208 KiB by default, up to 1.3 KB charged for each)
 * only if every message of far more than 64 fails. Bytes stay well below the send buffer.
 */
const MESSAGES_PER_SEND = 64
const BYTES_PER_SEND = 32768
/** A dump that the kernel calls inconsistent, because something changed meanwhile, is made again. */
const DUMP_ATTEMPTS = 10

// Buffers of this thread: requests and answers are synchronous, sockets take turns. The kernel fills
// at most 32 KiB per receive of a dump, if it is offered as much.
const input = new Uint8Array(new ArrayBuffer(65536))
const inputView = new DataView(input.buffer)
let output = new Uint8Array(new ArrayBuffer(BYTES_PER_SEND))
let outputView = new DataView(output.buffer)

/** Messages that the kernel takes all or none of: nfnetlink's BATCH_BEGIN and BATCH_END. */
export interface Envelope {
  readonly begin: Message
  readonly end: Message
}

/**
 * A netlink socket that was opened in some network namespace and lent to this process. The kernel
 * handles a request inside `send`, so its answers are there when `send` returns: everything here is
 * synchronous and nothing is polled.
 */
export class NetlinkSocket {
  #fd: number
  #sequence = 0

  /** Takes over `fd`, an unconnected NETLINK_* socket, and closes it in {@link close}. */
  constructor(fd: number) {
    this.#fd = fd
    setSocketOption(fd, SOL_NETLINK, NETLINK_EXT_ACK, 1)
    setSocketOption(fd, SOL_NETLINK, NETLINK_CAP_ACK, 1)
    setSocketOption(fd, SOL_NETLINK, NETLINK_GET_STRICT_CHK, 1)
  }

  /** Sends one message and waits for its ACK. Throws {@link NetlinkError} when it is refused. */
  request(message: Message): void {
    this.batch([message])
  }

  /**
   * Sends messages, many at a time, in their order. One that fails does not stop those behind it
   * (unless an envelope makes the batch atomic); the error names the first that failed.
   *
   * @throws NetlinkError with the place of the failed message in `index`.
   */
  batch(messages: readonly Message[], envelope?: Envelope): void {
    let failure: { index: number; outcome: Outcome } | undefined
    let failures = 0
    const fail = (index: number, outcome: Outcome): void => {
      if (outcome.errno === 0) return
      failures += 1
      if (failure === undefined || index < failure.index) failure = { index, outcome }
    }
    for (let from = 0; from < messages.length; ) {
      const to = envelope === undefined ? sendEnd(messages, from) : messages.length
      this.#sendSome(messages, from, to, envelope, fail)
      from = to
    }
    if (failure === undefined) return
    const { index, outcome } = failure
    throw new NetlinkError(messages[index] ?? envelope!.begin, outcome, index, failures - 1)
  }

  #sendSome(
    messages: readonly Message[],
    from: number,
    to: number,
    envelope: Envelope | undefined,
    fail: (index: number, outcome: Outcome) => void,
  ): void {
    let size =
      envelope === undefined ? 0 : messageLength(envelope.begin) + messageLength(envelope.end)
    for (let index = from; index < to; index += 1) size += messageLength(messages[index]!)
    growOutput(size)
    let at = 0
    // A transaction is numbered from its begin, which answers when the transaction as a whole fails.
    const begin = this.#next()
    if (envelope !== undefined) at = putMessage(output, outputView, at, envelope.begin, begin, 0)
    let last = begin
    for (let index = from; index < to; index += 1) {
      last = this.#next()
      const ack = index === to - 1 ? NLM_F_ACK : 0
      at = putMessage(output, outputView, at, messages[index]!, last, ack)
    }
    if (envelope !== undefined)
      at = putMessage(output, outputView, at, envelope.end, this.#next(), 0)
    this.#send(at, messages[from]!)

    let answered = false
    this.#drain((reply) => {
      if (reply.type !== NLMSG_ERROR) return
      const index = from + ((reply.sequence - begin - 1) | 0)
      if (index < from - 1 || index >= to) return
      const outcome = readOutcome(reply)
      if (outcome.errno !== 0 || index === to - 1) answered = true
      const message = messages[index]
      if (index >= from && message !== undefined && allowed(message, outcome)) return
      fail(index < from ? -1 : index, outcome)
    })
    if (!answered) throw silent(messages[from]!)
  }

  /**
   * Asks for one object; its first answer is decoded.
   *
   * @returns undefined only for an errno that the message allows
   * @throws NetlinkError when the kernel refuses, usually since there is none.
   */
  get<T>(message: Message, decode: (reply: Reply) => T): T | undefined {
    const sequence = this.#sendOne(message, 0)
    let found: { value: T } | undefined
    let failed: Outcome | undefined
    this.#drain((reply) => {
      if (reply.sequence !== sequence) return
      if (reply.type === NLMSG_ERROR) failed = readOutcome(reply)
      else found ??= { value: decode(reply) }
    })
    if (failed !== undefined && failed.errno !== 0) {
      if (allowed(message, failed)) return undefined
      throw new NetlinkError(message, failed, 0)
    }
    if (found === undefined) throw silent(message)
    return found.value
  }

  /**
   * Asks for all objects of a kind. `decode` gets each answer while it lies in the receive buffer and
   * may give `undefined` to leave it out.
   *
   * @throws NetlinkError when refused, or when the objects kept changing under ten attempts.
   */
  dump<T>(message: Message, decode: (reply: Reply) => T | undefined): T[] {
    for (let attempt = 0; attempt < DUMP_ATTEMPTS; attempt += 1) {
      const objects = this.#dumpOnce(message, decode)
      if (objects !== undefined) return objects
    }
    throw new NetrigError(
      'KERNEL',
      `${message.operation}: ${message.object} kept changing while they were listed.`,
      { operation: message.operation, object: message.object, errno: 'EINTR' },
    )
  }

  #dumpOnce<T>(message: Message, decode: (reply: Reply) => T | undefined): T[] | undefined {
    const sequence = this.#sendOne(message, NLM_F_DUMP)
    const objects: T[] = []
    let done: Outcome | undefined
    let interrupted = false
    this.#drain((reply) => {
      if (reply.sequence !== sequence) return
      if ((reply.flags & NLM_F_DUMP_INTR) !== 0) interrupted = true
      if (reply.type === NLMSG_DONE || reply.type === NLMSG_ERROR) {
        done = readOutcome(reply)
        return
      }
      const object = decode(reply)
      if (object !== undefined) objects.push(object)
    })
    if (done === undefined) throw silent(message)
    if (done.errno !== 0 && !allowed(message, done)) throw new NetlinkError(message, done, 0)
    return interrupted ? undefined : objects
  }

  #sendOne(message: Message, flags: number): number {
    const sequence = this.#next()
    growOutput(messageLength(message))
    const end = putMessage(output, outputView, 0, message, sequence, flags)
    this.#send(end, message)
    return sequence
  }

  /** Takes everything that is queued; what an earlier call left behind is for `handle` to skip. */
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

  #next(): number {
    this.#sequence = (this.#sequence + 1) >>> 0
    return this.#sequence
  }

  #send(length: number, first: Message): void {
    const { operation, object } = first
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

  /** Closes the descriptor; a second call does nothing. */
  close(): void {
    const fd = this.#fd
    this.#fd = -1
    if (fd >= 0) closeFd(fd)
  }
}

function allowed(message: Message, outcome: Outcome): boolean {
  return message.allow?.includes(errnoName(outcome.errno)) === true
}

/** How far from `from` on the messages fit one send; at least one does. */
function sendEnd(messages: readonly Message[], from: number): number {
  let bytes = 0
  let to = from
  while (to < messages.length && to - from < MESSAGES_PER_SEND) {
    bytes += messageLength(messages[to]!)
    if (bytes > BYTES_PER_SEND && to > from) break
    to += 1
  }
  return to
}

function growOutput(size: number): void {
  if (size <= output.length) return
  output = new Uint8Array(new ArrayBuffer(size))
  outputView = new DataView(output.buffer)
}

/** The kernel answers inside send: nothing queued means that this is no netlink socket, or a fault. */
function silent({ operation, object }: Message): NetrigError {
  const sentence = `The kernel did not answer ${operation} for ${object}.`
  return new NetrigError('KERNEL', sentence, { operation, object })
}
