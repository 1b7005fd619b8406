import { performance } from 'node:perf_hooks'
/** Something that happened in a lab. */
export interface LabEvent {
  /** Milliseconds since the lab was made; one clock for everything in it. */
  readonly time: number
  /** What happened, e.g. `host.crash`, `link.down`, `program.exit`. */
  readonly type: string
  /** To what, e.g. `a`, `a-lan`. */
  readonly subject: string
  /** More about it, in words. */
  readonly detail?: string | undefined
}

/** Most events that are kept: a test that flaps a link for hours should not fill the memory. */
const MOST = 10_000

/** What happened in a lab, in order. */
export class EventLog {
  readonly #begin = performance.now()
  readonly #events: LabEvent[] = []

  get all(): readonly LabEvent[] {
    return this.#events
  }

  add(type: string, subject: string, detail?: string): void {
    if (this.#events.length === MOST) this.#events.shift()
    const time = Math.round((performance.now() - this.#begin) * 1000) / 1000
    this.#events.push({ time, type, subject, ...(detail === undefined ? {} : { detail }) })
  }
}
