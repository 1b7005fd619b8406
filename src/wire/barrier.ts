import type { Barrier, Direction, Effect } from '../fault/gate.js'
import type { Side, WireEngine } from './engine.js'

const SIDES: readonly [Side, Side] = ['a', 'b']

/** Closes a link that an engine carries by telling the engine, which counts what it then drops. */
export class EngineBarrier implements Barrier {
  readonly #engine: WireEngine
  readonly #link: number
  readonly #closed = new Set<Direction>()
  readonly #start: readonly [number, number]
  #pending: Promise<unknown> = Promise.resolve()

  constructor(engine: WireEngine, link: number) {
    this.#engine = engine
    this.#link = link
    this.#start = [this.#count(0), this.#count(1)]
  }

  close(direction: Direction): void {
    if (!this.#closed.has(direction)) this.#set(direction, true)
    this.#closed.add(direction)
  }

  open(direction: Direction): void {
    if (this.#closed.delete(direction)) this.#set(direction, false)
  }

  eaten(direction: Direction): Effect {
    const packets = this.#count(direction) - this.#start[direction]
    // The engine counts packets of a downed link, not their bytes.
    return { packets, bytes: packets === 0 ? 0 : null }
  }

  dispose(): void {
    for (const direction of this.#closed) this.open(direction)
  }

  async settled(): Promise<void> {
    await this.#pending
  }

  #count(direction: Direction): number {
    try {
      return this.#engine.stats(this.#link)[SIDES[direction]].down
    } catch {
      return 0 // the engine is gone, and the lab has said so already
    }
  }

  #set(direction: Direction, down: boolean): void {
    const done = this.#engine.setDown(this.#link, SIDES[direction], down)
    this.#pending = Promise.all([this.#pending, done])
    // Who awaits `settled` hears of a failure; who does not hears of it as the loss of the engine.
    this.#pending.catch(() => undefined)
  }
}
