import { NetrigError } from '../base/errors.js'
import { checkOptions } from '../base/suggest.js'
import { addEffects, BOTH, type Direction, type Effect } from '../fault/gate.js'
import { conditionNames, type LinkConditions } from '../wire/conditions/index.js'
import type { LinkStats } from '../wire/engine.js'
import { noteConditions, noteDown } from './bite.js'
import type { Capture } from './capture/capture.js'
import type { LinkCaptureOptions } from './capture/options.js'
import { captureLink } from './capture/start.js'
import {
  type BothConditions,
  nothingToChange,
  ofNewLink,
  PERFECT,
  readConditions,
  type WantedConditions,
} from './conditions.js'
import { requireRunning } from './guard.js'
import { endName } from './plan/label.js'
import { Playing, type PlayOptions, type PlayStep } from './play.js'
import { addRule, type LinkRuleOptions, type Rule } from './rule.js'
import { settleHost } from './settle.js'
import { type LabState, LINK_DOWN, type LinkState } from './state.js'

/** New conditions for a link; with `from` only for what that end sends. */
export interface LinkUpdate extends LinkConditions {
  /** A host, router or switch at one end of the link, or its name. */
  readonly from?: { readonly name: string } | string | undefined
}

/** How a link goes down. */
export interface DownOptions {
  /** Takes the carrier away too, as a pulled plug does; without it packets vanish in silence. */
  readonly carrier?: boolean | undefined
}

/** A link between two hosts, a host and a switch, or two switches. */
export class Link {
  readonly #lab: LabState
  readonly #link: LinkState

  /** @internal */
  constructor(lab: LabState, link: LinkState) {
    this.#lab = lab
    this.#link = link
  }

  /** Its ends, e.g. `a-lan`. */
  get name(): string {
    return this.#link.label
  }

  /** True between `down()` and `up()`, or as long as the condition `down` holds both ways. */
  get isDown(): boolean {
    return this.#link.closed.size === BOTH.length
  }

  /**
   * Changes what the link does to packets, in both directions or in one. What is left out stays as it
   * is; `{ preset: 'perfect' }` takes all conditions away.
   *
   * @throws NetrigError INVALID_OPTION, INVALID_UNIT, LAB_STOPPED
   * @example
   * await wan.update({ loss: '30%' })
   * await wan.update({ from: a, delay: '200ms' })
   */
  async update(update: LinkUpdate): Promise<void> {
    requireRunning(this.#lab, 'link.update', false)
    checkOptions(update, [...conditionNames, 'from'], 'link.update')
    if (update === undefined) throw nothingToChange(this.name)
    const { from, ...conditions } = update
    await this.#apply(this.#read({ ...conditions, from }))
    this.#lab.events.add('link.update', this.name, describe(update))
  }

  /**
   * Plays a script of conditions: each step holds `for` a time, and may come about `over` a time.
   *
   * @throws NetrigError as {@link update}, for any step, before the first is played
   * @example
   * await using flapping = link.play(
   *   [{ down: true, for: '1s' }, { down: false, for: '5s' }],
   *   { repeat: true },
   * )
   * await link.play([{ over: '30s', rate: '100kbit', loss: '5%' }]).done
   */
  play(steps: readonly PlayStep[], options: PlayOptions = {}): Playing {
    requireRunning(this.#lab, 'link.play', true)
    const playing = new Playing(
      {
        name: `link ${this.name}`,
        now: () => this.#now(),
        read: (step, over) => this.#read(step, over),
        apply: async (wanted) => {
          if (!this.#lab.stopped) await this.#apply(wanted)
        },
        ended: (ended) => this.#lab.plays.delete(ended),
      },
      steps,
      options,
    )
    this.#lab.plays.add(playing)
    this.#lab.events.add('link.play', this.name, `${steps.length} steps`)
    return playing
  }

  /** Cuts the link: packets in both directions vanish, established connections hang. */
  async down(options: DownOptions = {}): Promise<void> {
    checkOptions(options, ['carrier'], 'link.down')
    const cable = this.#cable('link.down')
    noteDown(this.#lab, this.#link)
    const closed = this.#close(BOTH, true)
    if (options.carrier === true) {
      cable.setCarrier(false)
      this.#link.carrier = false
    }
    await closed
    this.#lab.events.add(
      'link.down',
      this.name,
      options.carrier === true ? 'carrier lost' : undefined,
    )
  }

  /** Undoes {@link down}. */
  async up(): Promise<void> {
    const cable = this.#cable('link.up')
    const pulled = !this.#link.carrier
    this.#link.carrier = true
    if (pulled) cable.setCarrier(true)
    await this.#close(BOTH, false)
    if (pulled) await this.#settle()
    this.#lab.events.add('link.up', this.name)
  }

  /** What the link did to packets so far; `null` for a link that never had conditions: nothing counts there. */
  stats(): LinkStats | null {
    if (this.#lab.stopped) requireRunning(this.#lab, 'link.stats', false)
    return this.#link.cable?.engine?.stats(this.#link.declaration.id) ?? null
  }

  /**
   * Writes what passes the link into a file, as each end sees it: what was lost on the way was seen at one end.
   *
   * @throws NetrigError INVALID_OPTION, INVALID_FILTER, CAPTURE_FAILED, LAB_NOT_STARTED
   */
  async capture(options: LinkCaptureOptions): Promise<Capture> {
    this.#cable('link.capture')
    return captureLink(this.#lab, this.#link, options)
  }

  /**
   * Says what becomes of single packets; the relay carries a link with rules. They are asked in the order in
   * which they were made, and the first that means a packet decides.
   *
   * @throws NetrigError INVALID_OPTION, INVALID_UNIT, INVALID_ADDRESS, UNSUPPORTED, LAB_NOT_STARTED
   * @example
   * await using third = await link.rule({ match: { flags: 'SYN,!ACK', nth: 3 }, do: 'drop' })
   * await link.rule({ match: { proto: 'tcp', port: 5432, after: '10KiB' }, do: 'reset' })
   */
  async rule(options: LinkRuleOptions): Promise<Rule> {
    this.#cable('link.rule')
    return addRule(this.#lab, this.#link, options)
  }

  /** How many packets the closed link ate, by `down()` and by partitions together. */
  effect(): Effect {
    const gate = this.#cable('link.effect').gate
    return addEffects(gate.eaten(0), gate.eaten(1))
  }

  toString(): string {
    return this.name
  }

  #now(): BothConditions {
    return this.#link.conditions ?? PERFECT
  }

  #read({ from, ...conditions }: LinkUpdate, over = this.#now()): WantedConditions {
    const only = from === undefined ? undefined : this.#direction(from)
    return readConditions(this.#lab, this.name, over, conditions, only)
  }

  async #apply(wanted: WantedConditions): Promise<void> {
    const first = this.#link.conditions === undefined
    this.#link.conditions = first ? ofNewLink(wanted) : wanted.conditions
    noteConditions(this.#link)
    if (this.#link.conditions !== undefined) await this.#link.cable?.update(this.#link.conditions)
    if (wanted.down !== undefined) await this.#close(wanted.down.directions, wanted.down.closed)
  }

  async #close(directions: readonly Direction[], closed: boolean): Promise<void> {
    for (const direction of directions) {
      if (closed) this.#link.closed.add(direction)
      else this.#link.closed.delete(direction)
    }
    const gate = this.#link.cable?.gate
    if (closed) gate?.close(LINK_DOWN, directions)
    else gate?.open(LINK_DOWN, directions)
    await gate?.settled()
  }

  #cable(operation: string) {
    requireRunning(this.#lab, operation, true)
    const { cable } = this.#link
    if (cable !== undefined) return cable
    throw new NetrigError(
      'LAB_NOT_STARTED',
      `${operation}: link ${this.name} is declared but not there yet.`,
      {
        operation,
        object: this.name,
        hint: 'call `await lab.start()` first; it may be called again after more was declared',
      },
    )
  }

  async #settle(): Promise<void> {
    await this.#lab.fabric.settle()
    for (const end of this.#link.declaration.ends) {
      const host = end.kind === 'host' ? this.#lab.hosts.get(end.host) : undefined
      if (host !== undefined) await settleHost(this.#lab, host)
    }
  }

  #direction(from: { readonly name: string } | string): Direction {
    const name = typeof from === 'string' ? from : from.name
    const names = this.#link.declaration.ends.map(endName)
    const at = names.indexOf(name)
    if (at === 0 || at === 1) return at
    throw new NetrigError(
      'INVALID_OPTION',
      `link.update: '${name}' is no end of link ${this.name}: its ends are ${names.join(' and ')}.`,
      { operation: 'link.update', object: this.name },
    )
  }
}

/** An update in words, as events show it. */
export function describe(conditions: LinkUpdate): string {
  return Object.entries(conditions)
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => `${name} ${text(value)}`)
    .join(', ')
}

function text(value: unknown): string {
  if (typeof value !== 'object' || value === null) return String(value)
  return 'name' in value ? String(value.name) : JSON.stringify(value)
}
