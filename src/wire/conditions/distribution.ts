import { nearest } from '../../base/suggest.js'
import { refuse } from './check.js'

/** How jitter spreads around the delay. */
export const distributions = ['normal', 'uniform', 'pareto', 'paretonormal'] as const
export type Distribution = (typeof distributions)[number]

/** @throws NetrigError INVALID_OPTION */
export function parseDistribution(value: unknown, what: string): Distribution {
  const known = distributions.find((one) => one === value)
  if (known !== undefined) return known
  const meant = nearest(String(value), distributions)
  throw refuse(
    'distribution',
    what,
    `'${String(value)}' is none of ${distributions.join(', ')}`,
    meant && `did you mean '${meant}'?`,
  )
}

/** Shape of the Pareto distribution: that of the tables which tc(8) brings. */
const SHAPE = 3
/** Share of the normal part in `paretonormal`, as in tc's table. */
const NORMAL_PART = 0.25

/**
 * The quantile of a distribution before it is cut off, with mean 0 and, of all but `uniform`, a standard
 * deviation of 1; `uniform` goes from -1 to 1, so that jitter reads as "give or take". `paretonormal` is
 * a quarter of the normal quantile and three quarters of Pareto's.
 */
export function quantile(distribution: Distribution, share: number): number {
  switch (distribution) {
    case 'normal':
      return normalQuantile(share)
    case 'uniform':
      return 2 * share - 1
    case 'pareto':
      return paretoQuantile(share)
    case 'paretonormal':
      return NORMAL_PART * normalQuantile(share) + (1 - NORMAL_PART) * paretoQuantile(share)
  }
}

function paretoQuantile(share: number): number {
  const mean = SHAPE / (SHAPE - 1)
  const deviation = Math.sqrt(SHAPE / ((SHAPE - 1) ** 2 * (SHAPE - 2)))
  return ((1 - share) ** (-1 / SHAPE) - mean) / deviation
}

/** Wichura, "Algorithm AS 241" (Applied Statistics 37, 1988), PPND7: exact to seven digits. */
function normalQuantile(share: number): number {
  const q = share - 0.5
  if (Math.abs(q) <= 0.425) {
    const r = 0.180625 - q * q
    return (
      (q * (((59.10937472 * r + 159.29113202) * r + 50.434271938) * r + 3.3871327179)) /
      (((67.1875636 * r + 78.757757664) * r + 17.895169469) * r + 1)
    )
  }
  const tail = Math.sqrt(-Math.log(Math.min(share, 1 - share)))
  const near = tail - 1.6
  const far = tail - 5
  const value =
    tail <= 5
      ? (((0.17023821103 * near + 1.3067284816) * near + 2.75681539) * near + 1.4234372777) /
        ((0.12021132975 * near + 0.7370016425) * near + 1)
      : (((0.017337203997 * far + 0.42868294337) * far + 3.081226386) * far + 6.657905115) /
        ((0.012258202635 * far + 0.24197894225) * far + 1)
  return Math.sign(q) * value
}

/** Unit of a table's entries: NETEM_DIST_SCALE of linux/pkt_sched.h. */
export const TABLE_SCALE = 8192
/** Entries of a table: that many equally likely values, as in tc's own tables. */
export const TABLE_SIZE = 4096
/** What an entry can hold: four deviations, nearly. */
const MOST = 32_767

const tables = new Map<Distribution, Int16Array>()

/**
 * Equally likely deviations from the delay in 1/8192 of the jitter, smallest first: both engines draw from
 * this. Cut off at four deviations; of those that have a deviation it is exactly 1, and the mean is 0.
 */
export function distributionTable(distribution: Distribution): Int16Array {
  let table = tables.get(distribution)
  if (table === undefined) {
    table = makeTable(distribution)
    tables.set(distribution, table)
  }
  return table
}

function makeTable(distribution: Distribution): Int16Array {
  const values = Array.from({ length: TABLE_SIZE }, (_, at) =>
    quantile(distribution, (at + 0.5) / TABLE_SIZE),
  )
  const cut = (value: number) => Math.max(-MOST, Math.min(MOST, Math.round(value * TABLE_SCALE)))
  if (distribution === 'uniform') return Int16Array.from(values, cut)
  // Cutting a long tail off moves the mean and the deviation: both are set again until they hold.
  let [shift, scale] = [0, 1]
  for (let round = 0; round < 50; round += 1) {
    const now = values.map((value) => cut((value - shift) * scale) / TABLE_SCALE)
    const mean = now.reduce((sum, value) => sum + value, 0) / TABLE_SIZE
    const square = now.reduce((sum, value) => sum + (value - mean) ** 2, 0) / TABLE_SIZE
    shift += mean / scale
    scale /= Math.sqrt(square)
  }
  return Int16Array.from(values, (value) => cut((value - shift) * scale))
}
