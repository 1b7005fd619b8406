import { type Progress, progressText } from '../../explore/progress.js'
import type { Surroundings } from './command.js'

/** How often a terminal is drawn, in ms. */
const DRAW = 250
/** How often a log gets a line, in ms: not so rarely that a CI service takes silence for a hang. */
const LINE = 30_000

/**
 * Shows how far an exploration is: one line that changes in a terminal, else a line now and then.
 */
export class LiveProgress {
  readonly #around: Surroundings
  readonly #progress: () => Progress
  readonly #timer: NodeJS.Timeout
  #drawn = false

  constructor(around: Surroundings, progress: () => Progress) {
    this.#around = around
    this.#progress = progress
    this.#timer =
      around.live === undefined
        ? setInterval(() => around.err(progressText(progress())), LINE)
        : setInterval(() => this.#draw(), DRAW)
    this.#draw()
  }

  /** Says something that stays, above the line that changes. */
  say(text: string): void {
    this.#wipe()
    this.#around.err(text)
    this.#draw()
  }

  end(): void {
    clearInterval(this.#timer)
    this.#wipe()
  }

  #draw(): void {
    const live = this.#around.live
    if (live === undefined) return
    // A line that wraps could not be taken back.
    const text = progressText(this.#progress()).slice(0, Math.max(10, live.columns() - 1))
    live.write(`\r\u001b[K${text}`)
    this.#drawn = true
  }

  #wipe(): void {
    if (this.#drawn) this.#around.live?.write('\r\u001b[K')
    this.#drawn = false
  }
}
