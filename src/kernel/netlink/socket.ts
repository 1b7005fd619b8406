import { NetrigError } from '../../base/errors.js'
import { errnoName } from '../../ffi/errno.js'
import { Channel } from './channel.js'
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
  type Reply,
  readOutcome,
} from './message.js'

/**
 * Bounds of one send. Only its last message asks for an ACK, the others answer when they fail, so
 * answers overrun the receive buffer (ENOBUFS; 208 KiB by default, up to 1.3 KB charged for each)
 * only if every message of far more than 64 fails. Bytes stay well below the send buffer.
 */
const MESSAGES_PER_SEND = 64
const BYTES_PER_SEND = 32768
/** Of questions, since each answer is charged up to 4.4 KB. */
const QUESTIONS_PER_SEND = 32
/** A dump that the kernel calls inconsistent, because something changed meanwhile, is made again. */
const DUMP_ATTEMPTS = 10

/** Messages that the kernel takes all or none of: nfnetlink's BATCH_BEGIN and BATCH_END. */
export interface Envelope {
  readonly begin: Message
  readonly end: Message
}

interface Failure {
  readonly message: Message
  readonly index: number
  readonly outcome: Outcome
}

/**
 * A netlink socket that was opened in some network namespace and lent to this process. All requests
 * are synchronous and nothing is polled; see {@link Channel}.
 */
export class NetlinkSocket {
  readonly #channel: Channel

  /** Takes over `fd`, an unconnected NETLINK_* socket, and closes it in {@link close}. */
  constructor(fd: number) {
    this.#channel = new Channel(fd)
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
    const failures: Failure[] = []
    for (let from = 0; from < messages.length; ) {
      const to = envelope === undefined ? sendEnd(messages, from) : messages.length
      this.#batchOnce(messages.slice(from, to), envelope, (failure) =>
        failures.push({ ...failure, index: failure.index < 0 ? -1 : from + failure.index }),
      )
      from = to
    }
    if (failures.length === 0) return
    const first = failures.reduce((least, each) => (each.index < least.index ? each : least))
    throw new NetlinkError(first.message, first.outcome, first.index, failures.length - 1)
  }

  #batchOnce(
    messages: readonly Message[],
    envelope: Envelope | undefined,
    fail: (failure: Failure) => void,
  ): void {
    // With an envelope, the begin stands at 0 and answers for the transaction as a whole.
    const before = envelope === undefined ? 0 : 1
    const sent = envelope === undefined ? messages : [envelope.begin, ...messages, envelope.end]
    const last = before + messages.length - 1
    let answered = false
    this.#channel.exchange(sent, last, NLM_F_ACK, (index, reply) => {
      if (reply.type !== NLMSG_ERROR) return
      const message = sent[index]!
      const outcome = readOutcome(reply)
      if (outcome.errno !== 0 || index === last) answered = true
      if (outcome.errno === 0 || allowed(message, outcome)) return
      fail({ message, index: index - before, outcome })
    })
    if (!answered) throw silent(messages[0]!)
  }

  /**
   * Asks for one object; its first answer is decoded.
   *
   * @returns undefined only for an errno that the message allows
   * @throws NetlinkError when the kernel refuses, usually since there is none.
   */
  get<T>(message: Message, decode: (reply: Reply) => T): T | undefined {
    return this.getAll([message], decode)[0]
  }

  /**
   * Asks for several objects with few sends; answers come in the order of the messages, undefined for
   * what a message allows to be missing.
   *
   * @throws NetlinkError for the first that is refused, with its place in `index`.
   */
  getAll<T>(messages: readonly Message[], decode: (reply: Reply) => T): (T | undefined)[] {
    const found: (T | undefined)[] = new Array(messages.length).fill(undefined)
    const answered: boolean[] = new Array(messages.length).fill(false)
    const failures: Failure[] = []
    for (let from = 0; from < messages.length; from += QUESTIONS_PER_SEND) {
      const sent = messages.slice(from, from + QUESTIONS_PER_SEND)
      this.#channel.exchange(sent, -1, 0, (at, reply) => {
        const index = from + at
        const message = sent[at]!
        answered[index] = true
        if (reply.type !== NLMSG_ERROR) {
          found[index] ??= decode(reply)
          return
        }
        const outcome = readOutcome(reply)
        if (!allowed(message, outcome)) failures.push({ message, index, outcome })
      })
    }
    const [first] = failures
    if (first !== undefined) {
      throw new NetlinkError(first.message, first.outcome, first.index, failures.length - 1)
    }
    const unanswered = messages[answered.indexOf(false)]
    if (unanswered !== undefined) throw silent(unanswered)
    return found
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
    const { operation, object } = message
    const sentence = `${operation}: ${object} kept changing while they were listed.`
    throw new NetrigError('KERNEL', sentence, { operation, object, errno: 'EINTR' })
  }

  #dumpOnce<T>(message: Message, decode: (reply: Reply) => T | undefined): T[] | undefined {
    const objects: T[] = []
    let done: Outcome | undefined
    let interrupted = false
    this.#channel.exchange([message], 0, NLM_F_DUMP, (_, reply) => {
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

  /** Closes the descriptor; a second call does nothing. */
  close(): void {
    this.#channel.close()
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

/** The kernel answers inside send: nothing queued means that this is no netlink socket, or a fault. */
function silent({ operation, object }: Message): NetrigError {
  const sentence = `The kernel did not answer ${operation} for ${object}.`
  return new NetrigError('KERNEL', sentence, { operation, object })
}
