import { formatDuration, formatRate, formatRatio, formatSize } from '../../base/format.js'
import { NS_PER_MS, PPB } from './check.js'
import { meanLoss, type NormalLoss } from './loss.js'
import type { NormalConditions } from './model.js'
import type { NormalQueue } from './queue.js'

/** Conditions in words, as drawings and errors show them; empty for a perfect wire. */
export function describeConditions(conditions: NormalConditions): string {
  const { delay, jitter, distribution, loss, duplicate, reorder, corrupt, rate } = conditions
  const { queue, mtu, trace } = conditions
  const parts = [
    delay > 0 ? `delay ${time(delay)}` : '',
    jitter > 0
      ? `jitter ${time(jitter)}${distribution === 'normal' ? '' : ` ${distribution}`}`
      : '',
    meanLoss(loss) > 0 ? `loss ${lossText(loss)}` : '',
    duplicate.rate > 0 ? `duplicate ${percent(duplicate.rate)}` : '',
    reorder.rate > 0 ? `reorder ${percent(reorder.rate)}` : '',
    corrupt.rate > 0 ? `corrupt ${percent(corrupt.rate)}` : '',
    rate > 0 ? `rate ${formatRate(rate)}` : '',
    trace === undefined ? '' : `trace ${trace.file}`,
    queue !== undefined && (rate > 0 || trace !== undefined) ? `queue ${queueText(queue)}` : '',
    mtu > 0 ? `mtu ${mtu}` : '',
  ]
  return parts.filter((part) => part !== '').join(', ')
}

const time = (ns: number) => formatDuration(ns / NS_PER_MS)
const percent = (ppb: number) => formatRatio(ppb / PPB)

function lossText(loss: NormalLoss): string {
  if (loss.model === 'random') return percent(loss.rate)
  if (loss.model === 'pattern') return `by the pattern ${loss.pattern.slice(0, 20)}`
  return `${Number((meanLoss(loss) * 100).toPrecision(3))}% in bursts`
}

function queueText({ unit, amount }: NormalQueue): string {
  if (unit === 'packets') return `${amount} packets`
  return unit === 'bytes' ? formatSize(amount) : time(amount)
}
