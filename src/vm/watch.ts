import { NetrigError } from '../base/errors.js'
import { formatDuration } from '../base/format.js'
import type { Status } from './status.js'

/** How often a vm is looked at, in ms. */
export const LOOK = 500
/**
 * Time counts as standing still below this share of real time. It does not stand quite still: each look at
 * the clock costs the one who looks a little of it (arch/um/kernel/time.c, timer_read).
 */
const STILL = 0.01
/** In how many of the looks one process must be the one that runs: many that work are seldom a spin. */
const ALONE = 0.9
/** But when it lasts for so many times the limit, they are. */
const PATIENCE = 10

/**
 * Sees that a vm's virtual time stands still because something computes without end. Pure: it is told
 * what there is to see.
 */
export class Watch {
  readonly #limit: number
  #since: { readonly at: number; readonly virtualNs: bigint } | undefined
  #seen = new Map<string, number>()
  #looks = 0

  /** @param limit ms of real time */
  constructor(limit: number) {
    this.#limit = limit
  }

  /**
   * @param at real time, in ms
   * @returns an error when it has lasted too long
   */
  look(status: Status | undefined, at: number): NetrigError | undefined {
    if (status === undefined || status.idle) {
      this.#since = undefined
      return undefined
    }
    const since = this.#since
    const real = since === undefined ? 0 : at - since.at
    const moved = since === undefined ? 0 : Number(status.virtualNs - since.virtualNs) / 1e6
    if (since === undefined || moved > Math.max(real, LOOK) * STILL) {
      this.#since = { at, virtualNs: status.virtualNs }
      this.#seen = new Map()
      this.#looks = 0
      return undefined
    }
    const who = `'${status.name}' (pid ${status.pid})`
    this.#seen.set(who, (this.#seen.get(who) ?? 0) + 1)
    this.#looks += 1
    return real < this.#limit ? undefined : this.#judge(real)
  }

  #judge(real: number): NetrigError | undefined {
    const [who, looks] = [...this.#seen].sort(([, a], [, b]) => b - a)[0]!
    const share = Math.round((looks / this.#looks) * 100)
    if (looks < this.#looks * ALONE && real < this.#limit * PATIENCE) return undefined
    return new NetrigError(
      'VM_STUCK',
      `Virtual time has stood still for ${formatDuration(Math.round(real / 1000) * 1000)}: ${who} computes without waiting for anything (seen in ${share}% of looks).`,
      {
        operation: 'vm',
        object: who,
        hint: "a program that spins on the clock needs --virtual-time=idle ({ virtualTime: 'idle' }); one that computes for long needs a longer --watchdog",
      },
    )
  }
}
