import { checkOptions } from '../../base/suggest.js'
import { parseRate, type Rate } from '../../base/units.js'
import { isRecord, refuse, whole } from './check.js'

/** A rate with what each packet costs beyond its own bytes. */
export interface FramedRate {
  readonly rate: Rate | 'unlimited'
  /** Bytes beside each packet, e.g. 24 for ethernet's preamble, checksum and gap; negative to leave its header out. */
  readonly overhead?: number | undefined
  /** Packets travel in whole cells, e.g. ATM's `{ size: 48, overhead: 5 }`. */
  readonly cell?: { readonly size: number; readonly overhead?: number | undefined } | undefined
}

/** What a packet of so many bytes (ethernet header included) takes of a rate. */
export interface Framing {
  readonly overhead: number
  /** 0: no cells. */
  readonly cellSize: number
  readonly cellOverhead: number
}

export const plainFraming: Framing = { overhead: 0, cellSize: 0, cellOverhead: 0 }

const MOST_RATE = 1e12
const OVERHEAD = [-64, 65_535] as const
const CELL = [1, 65_535] as const
const CELL_OVERHEAD = [0, 65_535] as const

/** Bits per second (0 is without limit), and the framing. */
export interface NormalRate {
  readonly rate: number
  readonly framing: Framing
}

/** @throws NetrigError INVALID_OPTION, INVALID_UNIT */
export function parseLinkRate(value: Rate | 'unlimited' | FramedRate, what: string): NormalRate {
  if (!isRecord(value)) {
    return { rate: bits(value as Rate | 'unlimited', what), framing: plainFraming }
  }
  const object = `rate of ${what}`
  checkOptions(value, ['rate', 'overhead', 'cell'], object)
  const { rate, overhead = 0, cell } = value as unknown as FramedRate
  if (rate === undefined) throw refuse('rate', what, 'there is an overhead or a cell, but no rate')
  checkOptions(cell, ['size', 'overhead'], `cell of ${object}`)
  const framing = {
    overhead: whole(overhead, 'rate overhead', what, OVERHEAD, 'bytes'),
    cellSize: cell === undefined ? 0 : whole(cell.size, 'cell size', what, CELL, 'bytes'),
    cellOverhead: whole(cell?.overhead ?? 0, 'cell overhead', what, CELL_OVERHEAD, 'bytes'),
  }
  const plain = framing.overhead === 0 && framing.cellSize === 0
  if (rate === 'unlimited' && !plain) {
    throw refuse('rate', what, 'what a packet costs means nothing where the rate is unlimited')
  }
  return { rate: bits(rate, what), framing }
}

function bits(value: Rate | 'unlimited', what: string): number {
  if (value === 'unlimited') return 0
  const rate = parseRate(value, `rate of ${what}`)
  if (rate <= MOST_RATE) return rate
  throw refuse('rate', what, `${value} is more than a wire can do: at most 1tbit`)
}

/** Bytes of the rate that a packet takes, as sch_netem's packet_time_ns counts them. */
export function framedBytes(length: number, { overhead, cellSize, cellOverhead }: Framing): number {
  const bytes = Math.max(1, length + overhead)
  return cellSize === 0 ? bytes : Math.ceil(bytes / cellSize) * (cellSize + cellOverhead)
}
