import { clearTimeout, setTimeout } from 'node:timers'
import { closeFd, copyFd } from '../../ffi/fd.js'
import { sendMessage } from '../../ffi/socket.js'

/** How long to wait before looking for room again, in ms, unless there are signs of it before. */
const RETRY = 10

interface Letter {
  readonly bytes: Uint8Array
  readonly fds: readonly number[]
  /** Hears why it could not be sent. */
  readonly failed: (error: unknown) => void
}

/**
 * What goes out by a socket that does not block: what the socket has no room for waits here, in its order.
 * Node cannot poll that socket for room, so whoever reads from it says when there may be some; and a clock does,
 * since a full socket may be read without an answer.
 */
export class Outbox {
  readonly #fd: number
  readonly #waiting: Letter[] = []
  #timer: NodeJS.Timeout | undefined

  constructor(fd: number) {
    this.#fd = fd
  }

  /**
   * Sends a message with copies of `fds`, at once or when there is room; they stay the caller's.
   *
   * @param failed hears why it could not be sent, if it could not
   */
  send(bytes: Uint8Array, fds: readonly number[], failed: (error: unknown) => void): void {
    if (this.#waiting.length === 0 && leaves(this.#fd, { bytes, fds, failed })) return
    const copies: number[] = []
    try {
      for (const fd of fds) copies.push(copyFd(fd))
    } catch (error) {
      for (const fd of copies) closeFd(fd)
      failed(error)
      return
    }
    this.#waiting.push({ bytes, fds: copies, failed })
    this.#timer ??= this.#retry()
  }

  /** There may be room: sends what waits, as far as there is. */
  flush(): void {
    for (;;) {
      const first = this.#waiting[0]
      if (first === undefined || !leaves(this.#fd, first)) return
      this.#waiting.shift()
      for (const fd of first.fds) closeFd(fd)
    }
  }

  /** Forgets what waits. */
  close(): void {
    clearTimeout(this.#timer)
    this.#timer = undefined
    for (const { fds } of this.#waiting.splice(0)) for (const fd of fds) closeFd(fd)
  }

  #retry(): NodeJS.Timeout {
    return setTimeout(() => {
      this.#timer = undefined
      this.flush()
      if (this.#waiting.length > 0) this.#timer ??= this.#retry()
    }, RETRY)
  }
}

/** False where the socket has no room for it now; one that fails has left, too. */
function leaves(fd: number, { bytes, fds, failed }: Letter): boolean {
  try {
    sendMessage(fd, bytes, fds)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EAGAIN') return false
    failed(error)
  }
  return true
}
