import { NETEM_MOST_JITTER } from '../../kernel/rtnetlink/netem.js'
import type { NormalConditions } from '../conditions/index.js'

/** The first condition that netem cannot do, as an error names it; undefined when it can do all. */
export function netemLacks(conditions: NormalConditions): string | undefined {
  const { loss, jitter, duplicate, reorder, corrupt, rate, trace } = conditions
  if (loss.model === 'pattern') return 'loss (pattern)'
  if (jitter > NETEM_MOST_JITTER) return 'jitter (of more than 2.1 s)'
  // Its own correlation bends the rate: asked to lose 10% with 90%, it lost 0 of 1000.
  for (const [name, chance] of Object.entries({ duplicate, reorder, corrupt })) {
    if (chance.correlation > 0) return `${name} (with correlation)`
  }
  // Its rates are whole bytes per second, and 0 is none.
  if (rate > 0 && rate < 8) return 'rate (below 8 bit/s)'
  if (trace !== undefined) return 'trace'
  return undefined
}
