import {
  chainOf,
  type Distribution,
  type NormalChance,
  type NormalConditions,
  type NormalLoss,
  type NormalTrace,
  queuePackets,
  traceRate,
} from '../conditions/index.js'

/** Numbers under which the relay keeps what is too long to be said with every command. */
export interface Shelf {
  swings(distribution: Distribution): number
  trace(trace: NormalTrace): number
}

/** Conditions as words of a command: native/relay/command.h. What does nothing is left out. */
export function conditionWords(conditions: NormalConditions, shelf: Shelf): string[] {
  const { delay, jitter, distribution, loss, duplicate, reorder, corrupt, mtu } = conditions
  const words: string[] = []
  if (delay > 0) words.push(`delay=${delay}`)
  if (jitter > 0) words.push(`jitter=${jitter}`, `swings=${shelf.swings(distribution)}`)
  if (loss.model !== 'random' || loss.rate > 0) words.push(`loss=${lossWord(loss)}`)
  if (duplicate.rate > 0) words.push(`duplicate=${chanceWord(duplicate)}`)
  if (corrupt.rate > 0) words.push(`corrupt=${chanceWord(corrupt)}`)
  if (reorder.rate > 0) words.push(`reorder=${chanceWord(reorder)},${reorder.gap}`)
  if (mtu > 0) words.push(`mtu=${mtu}`)
  return [...words, ...paceWords(conditions, shelf)]
}

function paceWords(conditions: NormalConditions, shelf: Shelf): string[] {
  const { rate, framing, trace, queue } = conditions
  if (rate === 0 && trace === undefined) return []
  const words = [trace === undefined ? `rate=${rate}` : `trace=${shelf.trace(trace)}`]
  if (framing.overhead !== 0) words.push(`overhead=${framing.overhead}`)
  if (framing.cellSize > 0) words.push(`cell=${framing.cellSize},${framing.cellOverhead}`)
  if (queue !== undefined) return [...words, `queue-${queue.unit}=${queue.amount}`]
  const mean = trace === undefined ? rate : Math.max(1, Math.round(traceRate(trace)))
  return [...words, `queue-packets=${queuePackets({ ...conditions, rate: mean })}`]
}

function lossWord(loss: NormalLoss): string {
  switch (loss.model) {
    case 'random':
      return `random,${loss.rate}`
    case 'gilbert-elliott': {
      const { toBad, toGood, lossInBad, lossInGood } = loss
      return ['gilbert-elliott', toBad, toGood, lossInBad, lossInGood].join(',')
    }
    case 'four-state':
      return ['four-state', loss.p13, loss.p31, loss.p32, loss.p23, loss.p14].join(',')
    case 'pattern':
      return `pattern,${loss.repeat ? 1 : 0},${loss.pattern}`
  }
}

function chanceWord(chance: NormalChance): string {
  const { toBad, toGood } = chainOf(chance)
  return `${toBad},${toGood}`
}
