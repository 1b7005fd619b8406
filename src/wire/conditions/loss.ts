import { checkOptions } from '../../base/suggest.js'
import type { Ratio } from '../../base/units.js'
import { type CorrelatedRate, chainOf, correlated } from './chance.js'
import { isRecord, PPB, probability, refuse } from './check.js'

/**
 * Bursts: a good and a bad state, changed from packet to packet by `toBad` and `toGood`; a packet is lost
 * by the chance of the state that it meets. Gilbert's own model where `lossInBad` is 1 (the default).
 */
export interface GilbertElliott {
  readonly model: 'gilbert-elliott'
  readonly toBad: Ratio
  readonly toGood: Ratio
  /** 1 unless given. */
  readonly lossInBad?: Ratio | undefined
  /** 0 unless given. */
  readonly lossInGood?: Ratio | undefined
}

/**
 * Salsano, Ludovici and Ordine, "Definition of a general and intuitive loss model for packet networks and
 * its implementation in the Netem module in the Linux kernel" (2012), as tc-netem(8) takes it: 1 received in
 * a gap, 2 received in a burst, 3 lost in a burst, 4 lost alone in a gap; `p13` leads from 1 to 3.
 */
export interface FourState {
  readonly model: 'four-state'
  readonly p13: Ratio
  readonly p31?: Ratio | undefined
  readonly p32?: Ratio | undefined
  readonly p23?: Ratio | undefined
  readonly p14?: Ratio | undefined
}

/** Which packets are lost, one by one: `x` is lost, `.` is not. */
export interface LossPattern {
  readonly pattern: string
  /** Begins anew at its end unless false: then what comes after it passes. */
  readonly repeat?: boolean | undefined
}

export type Loss = Ratio | CorrelatedRate | GilbertElliott | FourState | LossPattern

/** Probabilities in parts of 10^9. */
export type NormalLoss =
  | { readonly model: 'random'; readonly rate: number }
  | {
      readonly model: 'gilbert-elliott'
      readonly toBad: number
      readonly toGood: number
      readonly lossInBad: number
      readonly lossInGood: number
    }
  | {
      readonly model: 'four-state'
      readonly p13: number
      readonly p31: number
      readonly p32: number
      readonly p23: number
      readonly p14: number
    }
  | { readonly model: 'pattern'; readonly pattern: string; readonly repeat: boolean }

export const noLoss: NormalLoss = { model: 'random', rate: 0 }

const MODELS = ['gilbert-elliott', 'four-state'] as const
/** Characters; a pattern is for a test of a few packets. */
const LONGEST = 65_536

/** @throws NetrigError INVALID_OPTION, INVALID_UNIT */
export function parseLoss(value: Loss, what: string): NormalLoss {
  if (!isRecord(value)) {
    return { model: 'random', rate: probability(value as Ratio, 'loss', what) }
  }
  if ('model' in value) return parseModel(value, what)
  if ('pattern' in value) return parsePattern(value, what)
  checkOptions(value, ['rate', 'correlation', 'model', 'pattern'], `loss of ${what}`)
  const chance = correlated(value, 'loss', what)
  if (chance.correlation === 0 || chance.rate === PPB) return { model: 'random', rate: chance.rate }
  return { model: 'gilbert-elliott', ...chainOf(chance), lossInBad: PPB, lossInGood: 0 }
}

function parseModel(value: Record<string, unknown>, what: string): NormalLoss {
  const { model } = value
  const chance = (name: string, otherwise?: number): number => {
    const given = value[name]
    if (given !== undefined) return probability(given as Ratio, `loss ${name}`, what)
    if (otherwise !== undefined) return otherwise
    throw refuse('loss', what, `the model ${String(model)} has no ${name}`)
  }
  if (model === 'gilbert-elliott') {
    const names = ['model', 'toBad', 'toGood', 'lossInBad', 'lossInGood']
    checkOptions(value, names, `loss of ${what}`)
    return {
      model,
      toBad: chance('toBad'),
      toGood: chance('toGood'),
      lossInBad: chance('lossInBad', PPB),
      lossInGood: chance('lossInGood', 0),
    }
  }
  if (model === 'four-state') {
    checkOptions(value, ['model', 'p13', 'p31', 'p32', 'p23', 'p14'], `loss of ${what}`)
    const p13 = chance('p13')
    const loss = {
      model,
      p13,
      // tc-netem(8): left out, they make the simple chain of two states.
      p31: chance('p31', PPB - p13),
      p32: chance('p32', 0),
      p23: chance('p23', PPB),
      p14: chance('p14', 0),
    } as const
    for (const [from, one, other] of [
      ['1', loss.p13, loss.p14],
      ['3', loss.p31, loss.p32],
    ] as const) {
      if (one + other <= PPB) continue
      throw refuse('loss', what, `the chances of leaving state ${from} add up to more than 100%`)
    }
    return loss
  }
  throw refuse('loss', what, `'${String(model)}' is no model: there are ${MODELS.join(', ')}`)
}

function parsePattern(value: Record<string, unknown>, what: string): NormalLoss {
  checkOptions(value, ['pattern', 'repeat'], `loss of ${what}`)
  const { pattern, repeat = true } = value
  if (typeof pattern !== 'string' || !/^[.x]+$/.test(pattern) || pattern.length > LONGEST) {
    throw refuse(
      'loss',
      what,
      `a pattern is a text of 1 to ${LONGEST} letters, 'x' for a lost packet and '.' for one that is not`,
    )
  }
  if (typeof repeat !== 'boolean') throw refuse('loss', what, 'repeat is true or false')
  return { model: 'pattern', pattern, repeat }
}

/** Whether nothing is ever lost. */
export function losesNothing(loss: NormalLoss): boolean {
  switch (loss.model) {
    case 'random':
      return loss.rate === 0
    case 'gilbert-elliott':
      return (loss.toBad === 0 || loss.lossInBad === 0) && loss.lossInGood === 0
    case 'four-state':
      return loss.p13 === 0 && loss.p14 === 0
    case 'pattern':
      return !loss.pattern.includes('x')
  }
}

/** The share of packets that is lost in the long run: a fraction. */
export function meanLoss(loss: NormalLoss): number {
  switch (loss.model) {
    case 'random':
      return loss.rate / PPB
    case 'gilbert-elliott': {
      const { toBad, toGood, lossInBad, lossInGood } = loss
      const bad = toBad + toGood === 0 ? 0 : toBad / (toBad + toGood)
      return (bad * lossInBad + (1 - bad) * lossInGood) / PPB
    }
    case 'four-state': {
      // Stationary shares, by the balance of what enters and leaves each state.
      const [p13, p31, p32, p23, p14] = [loss.p13, loss.p31, loss.p32, loss.p23, loss.p14].map(
        (ppb) => ppb / PPB,
      ) as [number, number, number, number, number]
      if (p13 === 0) return p14 / (1 + p14)
      // A burst that is never left holds everything in the end.
      const three = p31 === 0 ? 1 : p13 / p31
      const one = p31 === 0 ? 0 : 1
      const two = p32 === 0 ? 0 : (three * p32) / p23
      const four = one * p14
      return (three + four) / (one + two + three + four)
    }
    case 'pattern':
      return [...loss.pattern].filter((letter) => letter === 'x').length / loss.pattern.length
  }
}
