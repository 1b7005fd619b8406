import type { NormalConditions } from '../conditions/index.js'

/** The first condition that the relay cannot do, as an error names it. It does them all. */
export function relayLacks(_conditions: NormalConditions): string | undefined {
  return undefined
}
