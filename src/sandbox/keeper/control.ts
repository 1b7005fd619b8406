import { closeFd, setNonBlocking } from '../../ffi/fd.js'
import { receiveMessage } from '../../ffi/socket.js'
import { Outbox } from './outbox.js'
import {
  decodeReply,
  encodeRequest,
  Kind,
  MESSAGE_MAX,
  type Reply,
  type Request,
} from './protocol.js'

/** An answer with the descriptors that came with it; whoever asked closes them. */
export interface Answer {
  readonly reply: Reply
  readonly fds: readonly number[]
}

interface Waiting {
  resolve(answer: Answer): void
  reject(reason: Error): void
  /** A host's network comes as a first answer, before it is ready. */
  onNet?: ((answer: Answer) => void) | undefined
}

/** What a socket says whose other end is gone; ECONNRESET when that one left words unread. */
function isHangup(error: unknown): boolean {
  return ['EPIPE', 'ECONNRESET'].includes(String((error as NodeJS.ErrnoException).code))
}

/**
 * The control socket: requests with numbers, answers in any order, and news that nobody asked for.
 * Node cannot poll it (it carries descriptors), so the keeper rings on the lifeline and `drain` reads.
 */
export class Control {
  readonly #fd: number
  readonly #outbox: Outbox
  readonly #waiting = new Map<number, Waiting>()
  readonly #onNews: (answer: Answer) => void
  readonly #onBusy: (busy: boolean) => void
  #ids = 0
  /** Why there is no keeper any more. */
  #gone: Error | undefined

  constructor(fd: number, onNews: (answer: Answer) => void, onBusy: (busy: boolean) => void) {
    this.#fd = fd
    this.#outbox = new Outbox(fd)
    this.#onNews = onNews
    this.#onBusy = onBusy
    setNonBlocking(fd)
  }

  /**
   * Sends a request; the answer may carry an error number, which the caller judges.
   *
   * @throws whatever `lost` was told, when the keeper goes before it answers.
   */
  request(
    request: Request,
    fds: readonly number[] = [],
    onNet?: (answer: Answer) => void,
  ): Promise<Answer> {
    return new Promise((resolve, reject) => {
      if (this.#gone !== undefined) {
        reject(this.#gone)
        return
      }
      this.#ids += 1
      const id = this.#ids
      this.#waiting.set(id, { resolve, reject, onNet })
      if (this.#waiting.size === 1) this.#onBusy(true)
      this.#outbox.send(encodeRequest(id, request), fds, (error) => {
        // The keeper is dead or dying: why, `lost` will tell.
        if (isHangup(error)) return
        this.#settle(id)
        reject(error as Error)
      })
    })
  }

  /** Takes what the keeper has said so far. */
  drain(): void {
    while (this.#gone === undefined) {
      const received = this.#receive()
      if (received === 'empty' || received === 'closed') break
      this.#deliver({ reply: decodeReply(received.bytes), fds: received.fds })
    }
    // It has answered, so it has read.
    if (this.#gone === undefined) this.#outbox.flush()
  }

  #receive(): ReturnType<typeof receiveMessage> {
    try {
      return receiveMessage(this.#fd, MESSAGE_MAX)
    } catch (error) {
      if (!isHangup(error)) throw error
      // ECONNRESET: the keeper died with words of ours unread. It is said once; its own last words are still there.
      return receiveMessage(this.#fd, MESSAGE_MAX)
    }
  }

  /** The keeper is gone: everyone who waits hears why. */
  lost(reason: Error): void {
    if (this.#gone !== undefined) return
    this.#gone = reason
    this.#outbox.close()
    closeFd(this.#fd)
    const waiting = [...this.#waiting.values()]
    this.#waiting.clear()
    if (waiting.length > 0) this.#onBusy(false)
    for (const { reject } of waiting) reject(reason)
  }

  #settle(id: number): Waiting | undefined {
    const waiting = this.#waiting.get(id)
    if (!this.#waiting.delete(id)) return undefined
    if (this.#waiting.size === 0) this.#onBusy(false)
    return waiting
  }

  #deliver(answer: Answer): void {
    const { kind, id } = answer.reply
    if (id === 0) {
      this.#onNews(answer)
      return
    }
    if (kind === Kind.Net) {
      const waiting = this.#waiting.get(id)
      if (waiting?.onNet) waiting.onNet(answer)
      else for (const fd of answer.fds) closeFd(fd)
      return
    }
    const waiting = this.#settle(id)
    if (waiting) waiting.resolve(answer)
    else for (const fd of answer.fds) closeFd(fd)
  }
}
