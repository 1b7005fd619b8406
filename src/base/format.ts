import type { Duration, Rate, Ratio, Size } from './units.js'

/**
 * Numbers as people write them, for messages and drawings: what {@link parseDuration} and its
 * sisters read back as the same number.
 */

type Steps = readonly (readonly [unit: string, scale: number])[]

const DURATIONS: Steps = [
  ['h', 3600e3],
  ['m', 60e3],
  ['s', 1e3],
  ['ms', 1],
  ['us', 1e-3],
  ['ns', 1e-6],
]
const SIZES: Steps = [
  ['TiB', 2 ** 40],
  ['GiB', 2 ** 30],
  ['MiB', 2 ** 20],
  ['KiB', 2 ** 10],
  ['B', 1],
]
const RATES: Steps = [
  ['tbit', 1e12],
  ['gbit', 1e9],
  ['mbit', 1e6],
  ['kbit', 1e3],
  ['bit', 1],
]

/** Milliseconds as `20ms`, `1.5s`, `10us`. */
export function formatDuration(milliseconds: number): Duration & string {
  return format(milliseconds, DURATIONS, 'ms') as Duration & string
}

/** Bytes as `64MiB`, `1000B`. */
export function formatSize(bytes: number): Size & string {
  return format(bytes, SIZES, 'B') as Size & string
}

/** Bits per second as `100mbit`. */
export function formatRate(bits: number): Rate & string {
  return format(bits, RATES, 'bit') as Rate & string
}

/** A share as `1%`, `0.1%`. */
export function formatRatio(share: number): Ratio & string {
  // 0.07 * 100 is 7.000000000000001: fifteen digits are what a double holds for sure.
  const rounded = Number((share * 100).toPrecision(15))
  return `${rounded / 100 === share ? rounded : share * 100}%`
}

/** In the largest unit that needs at most three decimals, else in the base unit. */
function format(value: number, steps: Steps, base: string): string {
  for (const [unit, scale] of steps) {
    const amount = Number((value / scale).toPrecision(15))
    if (amount < 1 || Math.round(amount * 1000) / 1000 !== amount) continue
    // Multiplied as the reader would: what does not come back exactly is not written so.
    const back = scale < 1 ? amount / Math.round(1 / scale) : amount * scale
    if (back === value) return `${amount}${unit}`
  }
  return `${value}${base}`
}
