import { Readable } from 'node:stream'

/** Bytes that wait for somebody who begins to read late; of more, the oldest are dropped. */
const UNREAD_LIMIT = 1 << 20

/** Where taps take from, and what they can stop when their reader is slow. */
interface Source {
  hold(tap: Tap): void
  release(tap: Tap): void
}

/**
 * A stream that a test may read or leave alone. While nobody reads, what comes is kept within bounds
 * and the program never waits; from the first read on it is a pipe like any other: nothing is lost,
 * and a slow reader slows the program down.
 */
export class Tap extends Readable {
  readonly #sources: Source[] = []
  readonly #waiting: unknown[] = []
  #bytes = 0
  #dropped = 0
  #read = false
  #room = false
  #over = false

  constructor(objectMode: boolean) {
    super({ objectMode })
  }

  /** How many bytes were dropped before anybody read. */
  get dropped(): number {
    return this.#dropped
  }

  /** A source, which calls {@link feed} with what it has. */
  join(source: Source): void {
    this.#sources.push(source)
  }

  feed(chunk: unknown): void {
    if (this.destroyed || this.#over) return
    this.#waiting.push(chunk)
    this.#bytes += sizeOf(chunk)
    if (this.#read) this.#pour()
    else this.#trim()
  }

  /** Nothing more will come. */
  finish(): void {
    this.#over = true
    this.#pour()
  }

  override _read(): void {
    this.#read = true
    this.#room = true
    this.#pour()
  }

  override _destroy(error: Error | null, done: (error?: Error | null) => void): void {
    this.#waiting.length = 0
    for (const source of this.#sources) source.release(this)
    done(error)
  }

  #pour(): void {
    while (this.#room && this.#waiting.length > 0) {
      const chunk = this.#waiting.shift()
      this.#bytes -= sizeOf(chunk)
      this.#room = this.push(chunk)
    }
    if (this.#waiting.length > 0) {
      if (this.#read) for (const source of this.#sources) source.hold(this)
      return
    }
    for (const source of this.#sources) source.release(this)
    if (this.#over && !this.readableEnded && !this.destroyed && this.#room) {
      this.#room = false
      this.push(null)
    }
  }

  #trim(): void {
    while (this.#bytes > UNREAD_LIMIT && this.#waiting.length > 1) {
      const size = sizeOf(this.#waiting.shift())
      this.#bytes -= size
      this.#dropped += size
    }
  }
}

function sizeOf(chunk: unknown): number {
  return chunk instanceof Uint8Array || typeof chunk === 'string' ? chunk.length : 64
}

/** One output of a program, and all who take from it. */
export class Outlet {
  readonly #stream: Readable
  readonly #full = new Set<Tap>()

  /** @param heard gets all that comes, as it comes */
  constructor(
    stream: Readable,
    taps: readonly Tap[],
    heard: (chunk: unknown) => void,
    over: () => void,
  ) {
    this.#stream = stream
    for (const tap of taps) tap.join(this)
    stream.on('data', (chunk: unknown) => {
      heard(chunk)
      for (const tap of taps) tap.feed(chunk)
    })
    let ended = false
    const end = () => {
      if (ended) return
      ended = true
      over()
    }
    stream.once('end', end)
    stream.once('close', end)
    // execa's promise tells of errors of the stream.
    stream.on('error', end)
  }

  hold(tap: Tap): void {
    this.#full.add(tap)
    this.#stream.pause()
  }

  release(tap: Tap): void {
    if (this.#full.delete(tap) && this.#full.size === 0) this.#stream.resume()
  }
}
