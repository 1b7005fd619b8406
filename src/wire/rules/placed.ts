import type { NetrigError } from '../../base/errors.js'
import type { NormalRule, RuleStats } from './model.js'

/** A rule and where it is to hold. */
export interface PlacedRule {
  readonly rule: NormalRule
  readonly link: number
  /** What leaves this side of the link; both sides unless given. */
  readonly leaving?: 'a' | 'b' | undefined
  /** What functions are told of the sides. */
  readonly ends: Readonly<Record<'a' | 'b', string>>
  /** Hears of a function that threw, or answered with nonsense. */
  readonly failed: (error: NetrigError) => void
}

/** A rule that an engine has. */
export interface EngineRule {
  stats(): RuleStats
  /** Takes it away; what it had counted is returned. */
  remove(): Promise<RuleStats>
}

/** Where an engine takes rules. */
export interface RuleBook {
  /**
   * Adds a rule behind those that the link has.
   *
   * @throws NetrigError KERNEL, WIRE_LOST, INVALID_OPTION when there are too many
   */
  add(placed: PlacedRule): Promise<EngineRule>
}
