import { setTimeout as sleep } from 'node:timers/promises'
import { NetrigError } from '../base/errors.js'
import { checkOptions } from '../base/suggest.js'
import { type Duration, parseDuration } from '../base/units.js'
import { blendConditions, conditionNames, type LinkConditions } from '../wire/conditions/index.js'
import type { BothConditions, WantedConditions } from './conditions.js'

/** One part of a script: conditions, as {@link Link.update} takes them, and how long they hold. */
export interface PlayStep extends LinkConditions {
  /** How long it holds before the next step. */
  readonly for?: Duration | undefined
  /** Changes delay, jitter, loss and rate little by little during this time, which comes before `for`. */
  readonly over?: Duration | undefined
  /** Only for what this end of the link sends. */
  readonly from?: { readonly name: string } | string | undefined
}

export interface PlayOptions {
  /** How many times it is played; `true` until it is stopped. Once unless given. */
  readonly repeat?: number | boolean | undefined
}

/** What a script plays on; the link gives it. */
export interface Stage {
  readonly name: string
  now(): BothConditions
  read(step: Omit<PlayStep, 'for' | 'over'>, over: BothConditions): WantedConditions
  apply(wanted: WantedConditions): Promise<void>
  ended(playing: Playing): void
}

interface Scene {
  readonly conditions: Omit<PlayStep, 'for' | 'over'>
  readonly over: number
  readonly for: number
}

const OPERATION = 'link.play'
/** Changes in one `over`: each is small, and each costs a message to the engine. */
const CHANGES = 50
/** Milliseconds between them at least. */
const APART = 10

/** A script that runs; it ends by itself, by `stop()`, or with the lab. */
export class Playing implements AsyncDisposable {
  /** Resolves at its end, also when it was stopped; rejects when the link could not do what it says. */
  readonly done: Promise<void>
  readonly #stage: Stage
  readonly #abort = new AbortController()
  /** Milliseconds of performance.now(): what is to be done next is due then, however late the last was. */
  #due = performance.now()

  /** @internal */
  constructor(stage: Stage, steps: readonly PlayStep[], options: PlayOptions) {
    this.#stage = stage
    const scenes = readScript(stage, steps)
    const times = readRepeat(options, stage.name, scenes)
    this.done = this.#play(scenes, times).finally(() => stage.ended(this))
    // Who awaits it hears of a failure.
    this.done.catch(() => undefined)
  }

  /** Ends it; the link stays as it is at this moment. */
  async stop(): Promise<void> {
    this.#abort.abort()
    await this.done
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop()
  }

  async #play(scenes: readonly Scene[], times: number): Promise<void> {
    for (let time = 0; time < times && !this.#stopped; time += 1) {
      for (const scene of scenes) {
        if (this.#stopped) return
        await this.#blend(scene)
        if (this.#stopped) return
        await this.#stage.apply(this.#stage.read(scene.conditions, this.#stage.now()))
        await this.#wait(scene.for)
      }
    }
  }

  async #blend({ conditions, over }: Scene): Promise<void> {
    if (over === 0) return
    const from = this.#stage.now()
    const to = this.#stage.read(conditions, from).conditions
    const changes = Math.max(1, Math.min(CHANGES, Math.floor(over / APART)))
    for (let at = 1; at <= changes; at += 1) {
      await this.#wait(over / changes)
      if (this.#stopped || at === changes) return
      const part = at / changes
      await this.#stage.apply({
        conditions: [blendConditions(from[0], to[0], part), blendConditions(from[1], to[1], part)],
        down: undefined,
      })
    }
  }

  get #stopped(): boolean {
    return this.#abort.signal.aborted
  }

  async #wait(milliseconds: number): Promise<void> {
    this.#due += milliseconds
    const left = this.#due - performance.now()
    // Also without time to wait the event loop gets its turn: a script may have no pauses.
    await sleep(Math.max(0, left), undefined, { signal: this.#abort.signal }).catch(() => undefined)
  }
}

/** Every step is read, each over what those before it leave, before the first is played. */
function readScript(stage: Stage, steps: readonly PlayStep[]): Scene[] {
  if (!Array.isArray(steps) || steps.length === 0) {
    throw refuse(stage, 'a script is a list of at least one step')
  }
  let now = stage.now()
  return steps.map((step: PlayStep, at) => {
    const what = `step ${at + 1} of ${OPERATION} on ${stage.name}`
    checkOptions(step, [...conditionNames, 'from', 'for', 'over'], what)
    const { for: hold = 0, over = 0, ...conditions } = step
    now = stage.read(conditions, now).conditions
    return {
      conditions,
      for: parseDuration(hold, `for of ${what}`),
      over: parseDuration(over, `over of ${what}`),
    }
  })
}

function readRepeat({ repeat = 1 }: PlayOptions, name: string, scenes: readonly Scene[]): number {
  checkOptions({ repeat }, ['repeat'], OPERATION)
  const times = repeat === true ? Number.POSITIVE_INFINITY : Number(repeat)
  if (times !== Number.POSITIVE_INFINITY && (!Number.isInteger(times) || times < 1)) {
    throw refuse({ name }, `repeat ${String(repeat)} is neither true nor a number of times`)
  }
  if (times > 1 && scenes.every((scene) => scene.for + scene.over === 0)) {
    throw refuse({ name }, 'a script without any time in it cannot be repeated')
  }
  return times
}

function refuse({ name }: { readonly name: string }, problem: string): NetrigError {
  return new NetrigError('INVALID_OPTION', `${OPERATION} on ${name}: ${problem}.`, {
    operation: OPERATION,
    object: name,
    hint: "e.g. link.play([{ down: true, for: '1s' }, { down: false, for: '5s' }], { repeat: true })",
  })
}
