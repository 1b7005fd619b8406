import type { WireEngine } from '../../wire/engine.js'
import type { EngineRule, PlacedRule, RuleBook, RuleStats } from '../../wire/rules/index.js'

const NOTHING: RuleStats = { seen: 0, met: 0, bytes: 0, late: 0, overrun: 0 }

/** A rule of a link, also while nothing carries the link. */
export class CableRule {
  readonly placed: PlacedRule
  #past = NOTHING
  #there: EngineRule | undefined

  constructor(placed: PlacedRule) {
    this.placed = placed
  }

  stats(): RuleStats {
    return this.#there === undefined ? this.#past : sum(this.#past, this.#there.stats())
  }

  /** @internal */
  async install(rules: RuleBook): Promise<void> {
    this.#there = await rules.add(this.placed)
  }

  /** @internal The engine that it was in is left. */
  leave(): void {
    this.#past = this.stats()
    this.#there = undefined
  }

  /** @internal */
  async uninstall(): Promise<void> {
    const there = this.#there
    if (there === undefined) return
    const last = await there.remove().catch(() => there.stats())
    this.#past = sum(this.#past, last)
    this.#there = undefined
  }
}

/** The rules of one link, in their order. */
export class CableRules {
  readonly #rules = new Set<CableRule>()
  #engine: RuleBook | undefined

  get any(): boolean {
    return this.#rules.size > 0
  }

  /** The link is carried by another engine now, which has no rules yet. */
  async moved(engine: WireEngine): Promise<void> {
    for (const rule of this.#rules) rule.leave()
    this.#engine = engine.rules
    if (this.#engine === undefined) return
    // Sent at once and in order: they are there before the engine reads its first packet.
    await Promise.all([...this.#rules].map((rule) => rule.install(this.#engine!)))
  }

  /**
   * Holds the rule from now on; it acts as soon as an engine carries the link.
   *
   * @param carry lets an engine that knows rules carry it
   */
  async add(rule: CableRule, carry: () => Promise<void>): Promise<void> {
    this.#rules.add(rule)
    try {
      if (this.#engine !== undefined) await rule.install(this.#engine)
      else await carry()
    } catch (error) {
      this.#rules.delete(rule)
      throw error
    }
  }

  async remove(rule: CableRule): Promise<void> {
    if (this.#rules.delete(rule)) await rule.uninstall()
  }
}

function sum(one: RuleStats, other: RuleStats): RuleStats {
  return {
    seen: one.seen + other.seen,
    met: one.met + other.met,
    bytes: one.bytes + other.bytes,
    late: one.late + other.late,
    overrun: one.overrun + other.overrun,
  }
}
