import type { Options } from 'execa'
import { closeFd } from '../ffi/fd.js'
import { sendMessage, socketPair } from '../ffi/socket.js'

/**
 * Lets `enter` wait for something that has to be done first, while execa already returns its streams:
 * it reads a byte from one more descriptor, which the program never sees.
 */
export class Leave {
  readonly #near: number
  readonly #far: number
  /** The descriptor's number in `enter`. */
  readonly number: number
  readonly stdio: readonly unknown[]

  /** @param script the command is a template, of which stdin is inherited unless told otherwise */
  constructor(options: Options, script: boolean) {
    ;[this.#near, this.#far] = socketPair('stream')
    const { stdio, stdin, stdout, stderr, input, inputFile } = options
    const inherits = script && input === undefined && inputFile === undefined
    const own = Array.isArray(stdio)
      ? stdio
      : stdio === undefined
        ? [stdin ?? (inherits ? 'inherit' : undefined), stdout, stderr]
        : [stdio, stdio, stdio]
    const padded = [...own, undefined, undefined, undefined].slice(0, Math.max(3, own.length))
    this.number = padded.length
    this.stdio = [...padded, this.#far]
  }

  /** enter has its copy. */
  started(): void {
    closeFd(this.#far)
  }

  /** Lets the program start, or not at all. */
  end(go: boolean): void {
    try {
      if (go) sendMessage(this.#near, Uint8Array.of(1))
    } catch {
      // EPIPE: enter was killed while it waited.
    }
    closeFd(this.#near)
  }
}
