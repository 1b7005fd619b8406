import { StringDecoder } from 'node:string_decoder'

/** What is kept of a program's output to be shown when something goes wrong. */
const LINES = 50
const CHARACTERS = 64 * 1024

type StreamName = 'stdout' | 'stderr'
/** Hears a line as it grows: each time the line so far, whole or not. */
type Listener = (line: string, stream: StreamName) => void

/** The last lines of what a program wrote, and those who wait for a certain line. */
export class OutputLog {
  readonly #lines: string[] = []
  readonly #open = { stdout: '', stderr: '' }
  readonly #decoders = { stdout: new StringDecoder(), stderr: new StringDecoder() }
  readonly #listeners = new Set<Listener>()
  #size = 0

  /** At most 50 lines, the last one perhaps unfinished. */
  get lastLines(): readonly string[] {
    const open = [this.#open.stdout, this.#open.stderr].filter((line) => line !== '')
    return [...this.#lines, ...open].slice(-LINES)
  }

  write(stream: StreamName, chunk: unknown): void {
    const text =
      chunk instanceof Uint8Array ? this.#decoders[stream].write(asBuffer(chunk)) : textOf(chunk)
    const lines = (this.#open[stream] + text).split('\n')
    const open = lines.pop() ?? ''
    for (const line of lines) {
      this.#keep(line)
      this.#tell(line, stream)
    }
    // A program may write for ever without ending a line.
    this.#open[stream] = open.length > CHARACTERS ? open.slice(-CHARACTERS) : open
    if (open !== '') this.#tell(open, stream)
  }

  /** Calls `listener` for each line from now on; a line that comes in pieces comes again as it grows. */
  listen(listener: Listener): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  #tell(line: string, stream: StreamName): void {
    for (const listener of this.#listeners) listener(line, stream)
  }

  #keep(line: string): void {
    this.#lines.push(line.length > CHARACTERS ? line.slice(-CHARACTERS) : line)
    this.#size += this.#lines.at(-1)!.length
    while (this.#lines.length > LINES || (this.#size > CHARACTERS && this.#lines.length > 1)) {
      this.#size -= this.#lines.shift()!.length
    }
  }
}

function asBuffer(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
}

/** Transforms of execa may hand on anything. */
function textOf(chunk: unknown): string {
  return typeof chunk === 'string' ? chunk : `${JSON.stringify(chunk)}\n`
}
