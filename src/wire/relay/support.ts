import type { NormalConditions } from '../conditions/index.js'

/**
 * The first condition that this version's relay cannot do, as an error names it; undefined when it can do
 * all.
 */
export function relayLacks(conditions: NormalConditions): string | undefined {
  const { loss, distribution, jitter, duplicate, reorder, corrupt, queue } = conditions
  const { framing, mtu, trace } = conditions
  if (loss.model !== 'random') return `loss (${loss.model})`
  if (jitter > 0 && distribution !== 'normal') return `jitter (${distribution})`
  if (duplicate.rate > 0) return 'duplicate'
  if (reorder.rate > 0) return 'reorder'
  if (corrupt.rate > 0) return 'corrupt'
  if (queue !== undefined && queue.unit !== 'packets') return `queue (in ${queue.unit})`
  if (framing.overhead !== 0 || framing.cellSize > 0) return 'rate (with overhead or cells)'
  if (mtu > 0) return 'mtu'
  if (trace !== undefined) return 'trace'
  return undefined
}
