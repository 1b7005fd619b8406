import { NetrigError } from '../base/errors.js'
import { checkOptions } from '../base/suggest.js'
import { addEffects, BOTH, type Direction, type Effect } from '../fault/gate.js'
import {
  conditionNames,
  type LinkConditions,
  parseConditions,
  perfect,
} from '../wire/conditions.js'
import type { LinkStats } from '../wire/engine.js'
import { requireRunning } from './guard.js'
import { endName } from './plan/label.js'
import { settleHost } from './settle.js'
import type { LabState, LinkState } from './state.js'

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

const HOLDER = 'link.down'

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

  /** True between `down()` and `up()`. */
  get isDown(): boolean {
    return this.#link.down
  }

  /**
   * Changes what the link does to packets, in both directions or in one. What is left out stays as it
   * is; `{ delay: 0, loss: 0, rate: 'unlimited' }` takes conditions away.
   *
   * @throws NetrigError INVALID_OPTION, INVALID_UNIT, LAB_STOPPED
   * @example
   * await wan.update({ loss: '30%' })
   * await wan.update({ from: a, delay: '200ms' })
   */
  async update(update: LinkUpdate): Promise<void> {
    requireRunning(this.#lab, 'link.update', false)
    checkOptions(update, [...conditionNames, 'from'], 'link.update')
    if (update === undefined) {
      throw new NetrigError('INVALID_OPTION', 'link.update: there is nothing to change.', {
        operation: 'link.update',
        object: this.name,
        hint: "write what is to change, e.g. `link.update({ delay: '20ms' })`",
      })
    }
    const { from, ...conditions } = update
    const what = `link ${this.name}`
    const now = this.#link.conditions ?? [perfect, perfect]
    const only = from === undefined ? undefined : this.#direction(from)
    const next = BOTH.map((direction) =>
      only === undefined || only === direction
        ? parseConditions(conditions, what, now[direction])
        : now[direction],
    )
    this.#link.conditions = [next[0]!, next[1]!]
    await this.#link.cable?.update(this.#link.conditions)
    this.#lab.events.add('link.update', this.name, describe(update))
  }

  /** Cuts the link: packets in both directions vanish, established connections hang. */
  async down(options: DownOptions = {}): Promise<void> {
    checkOptions(options, ['carrier'], 'link.down')
    const cable = this.#cable('link.down')
    cable.gate.close(HOLDER, BOTH)
    if (options.carrier === true) {
      cable.setCarrier(false)
      this.#link.carrier = false
    }
    await cable.gate.settled()
    this.#link.down = true
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
    cable.gate.open(HOLDER)
    await cable.gate.settled()
    if (pulled) await this.#settle()
    this.#link.down = false
    this.#lab.events.add('link.up', this.name)
  }

  /** What the link did to packets so far; `null` for a link that never had conditions: nothing counts there. */
  stats(): LinkStats | null {
    if (this.#lab.stopped) requireRunning(this.#lab, 'link.stats', false)
    return this.#link.cable?.engine?.stats(this.#link.declaration.id) ?? null
  }

  /** How many packets the closed link ate, by `down()` and by partitions together. */
  effect(): Effect {
    const gate = this.#cable('link.effect').gate
    return addEffects(gate.eaten(0), gate.eaten(1))
  }

  toString(): string {
    return this.name
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

/** Conditions in words, as events and drawings show them. */
export function describe(conditions: LinkUpdate): string {
  return Object.entries(conditions)
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => `${name} ${typeof value === 'object' ? value.name : value}`)
    .join(', ')
}
