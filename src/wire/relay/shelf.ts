import { type Distribution, distributionTable, type NormalTrace } from '../conditions/index.js'
import type { Command } from './commands.js'
import type { Shelf } from './encode.js'

/** Values of one command: it stays far below the longest line that the relay reads. */
const PIECE = 4096
/** What the relay adds to a deviation, so that none is below zero. */
const SHIFT = 32_768

/** What a relay was given to keep, each thing once. */
export class RelayShelf implements Shelf {
  readonly #send: (command: Command) => void
  readonly #swings = new Map<Distribution, number>()
  readonly #traces = new Map<NormalTrace, number>()

  /** @param send is called for what the relay must know before the next command */
  constructor(send: (command: Command) => void) {
    this.#send = send
  }

  swings(distribution: Distribution): number {
    return this.#once(this.#swings, distribution, 'swings', () =>
      Array.from(distributionTable(distribution), (value) => value + SHIFT),
    )
  }

  trace(trace: NormalTrace): number {
    return this.#once(this.#traces, trace, 'trace', () => trace.opportunities)
  }

  #once<T>(known: Map<T, number>, thing: T, verb: string, values: () => readonly number[]): number {
    const before = known.get(thing)
    if (before !== undefined) return before
    const number = known.size
    known.set(thing, number)
    const all = values()
    for (let start = 0; start < all.length; start += PIECE) {
      this.#send([verb, number, start, ...all.slice(start, start + PIECE)])
    }
    return number
  }
}
