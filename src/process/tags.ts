import { clearTimeout, setTimeout } from 'node:timers'
import type { Keeper, ProgramNews } from '../sandbox/keeper/keeper.js'
import { News } from '../sandbox/keeper/protocol.js'
import type { ProgramSite } from './site.js'

/** What a program could not do before it ran. */
export interface StartFailure {
  readonly errno: number
  /** `Stage` in the keeper's protocol. */
  readonly stage: number
}

/** One program in the keeper's news. */
export class Tag {
  readonly number: number
  /** The program's pid in its host, once it runs. */
  pid: number | undefined
  failure: StartFailure | undefined
  /** Nothing is left of the program's tree, after the tree was signalled. */
  gone = false
  readonly #site: ProgramSite
  readonly #forget: () => void
  #holds = 1
  readonly #waiting = new Set<() => void>()

  constructor(number: number, site: ProgramSite, forget: () => void) {
    this.number = number
    this.#site = site
    this.#forget = forget
  }

  /** True once the program runs, or cannot. */
  get decided(): boolean {
    return this.pid !== undefined || this.failure !== undefined
  }

  hear({ host, news, value, detail }: ProgramNews): void {
    // A program that takes its host's PID 1 over could tell lies about those of other hosts.
    if (host !== this.#hostNow()) return
    if (news === News.Started) this.pid = value
    else if (news === News.Failed) this.failure = { errno: value, stage: detail }
    else if (news === News.Gone) this.gone = true
    this.wake()
  }

  /** The number of the program's host; undefined when that life of the host is over. */
  #hostNow(): number | undefined {
    try {
      return this.#site.hostId()
    } catch {
      return undefined
    }
  }

  /** Waits for news that make `condition` true, at most `limit` ms; false when they did not come. */
  until(condition: () => boolean, limit?: number): Promise<boolean> {
    if (condition()) return Promise.resolve(true)
    return new Promise((resolve) => {
      const end = (result: boolean) => {
        clearTimeout(timer)
        this.#waiting.delete(look)
        resolve(result)
      }
      const look = () => {
        if (condition()) end(true)
      }
      const timer = limit === undefined ? undefined : setTimeout(() => end(condition()), limit)
      this.#waiting.add(look)
    })
  }

  /** Lets those who wait look again, for something else has happened. */
  wake(): void {
    for (const look of this.#waiting) look()
  }

  /** News are wanted for longer than the program runs. */
  hold(): void {
    this.#holds += 1
  }

  /** Undoes one hold, or the first one, that of whoever opened it. */
  release(): void {
    this.#holds -= 1
    if (this.#holds === 0) this.#forget()
  }
}

/** Hands the keeper's news of programs to those they are about. */
export class Tags {
  static readonly #all = new WeakMap<Keeper, Tags>()
  readonly #tags = new Map<number, Tag>()
  #last = 0

  /** The one dispatcher of a keeper; it takes over `keeper.events.program`. */
  static of(keeper: Keeper): Tags {
    let tags = Tags.#all.get(keeper)
    if (tags === undefined) {
      tags = new Tags()
      Tags.#all.set(keeper, tags)
    }
    const { hear } = tags
    if (keeper.events.program !== hear) keeper.events.program = hear
    return tags
  }

  readonly hear = (news: ProgramNews): void => {
    this.#tags.get(news.tag)?.hear(news)
  }

  /** A new program of a host. */
  open(site: ProgramSite): Tag {
    this.#last += 1
    const number = this.#last
    const tag = new Tag(number, site, () => this.#tags.delete(number))
    this.#tags.set(number, tag)
    return tag
  }

  /** How many programs are listened for. */
  get size(): number {
    return this.#tags.size
  }
}
