import { NetrigError, type NetrigErrorCode } from './errors.js'
import { nearest } from './suggest.js'

/** A time: a number of milliseconds, or a number with a unit. */
export type Duration = number | `${number}${DurationUnit}`
export type DurationUnit = 'ns' | 'us' | 'ms' | 's' | 'm' | 'h'

/** An amount of memory or data: a number of bytes, or a number with a unit. */
export type Size = number | `${number}${SizeUnit}`
export type SizeUnit = 'B' | 'kB' | 'MB' | 'GB' | 'TB' | 'KiB' | 'MiB' | 'GiB' | 'TiB'

/**
 * A rate: a number of bits per second, or a number with one of tc's units of bits, which count in
 * thousands (tc(8), "Rates or Bandwidths"). tc's `bps` family is refused: there `mbps` means
 * megabytes, nearly everywhere else megabits, and a factor of eight spoils a test in silence.
 */
export type Rate = number | `${number}${RateUnit}`
export type RateUnit = 'bit' | 'kbit' | 'mbit' | 'gbit' | 'tbit'

/** A share of something: a number from 0 to 1, or a percentage from `'0%'` to `'100%'`. */
export type Ratio = number | `${number}%`

/** Multiplied or divided, so that `'10us'` is 0.01 and not 0.010000000000000002. */
type Scale = { readonly times: number } | { readonly over: number }

interface Quantity {
  /** With its article, as it stands in messages. */
  readonly noun: string
  /** What a bare number means. */
  readonly bare: string
  readonly examples: readonly string[]
  readonly units: ReadonlyMap<string, Scale>
  /** What people write for our units elsewhere. */
  readonly aliases: ReadonlyMap<string, string>
}

const DURATION: Quantity = {
  noun: 'a duration',
  bare: 'a number of milliseconds',
  examples: ['10us', '20ms', '1.5s', '2m', '1h'],
  units: new Map<DurationUnit, Scale>([
    ['ns', { over: 1e6 }],
    ['us', { over: 1e3 }],
    ['ms', { times: 1 }],
    ['s', { times: 1e3 }],
    ['m', { times: 60e3 }],
    ['h', { times: 3600e3 }],
  ]),
  aliases: new Map([
    ...alias('us', 'µs', 'μs', 'usec', 'usecs'),
    ...alias('ms', 'msec', 'msecs', 'millis'),
    ...alias('s', 'sec', 'secs', 'second', 'seconds'),
    ...alias('m', 'min', 'mins', 'minute', 'minutes'),
    ...alias('h', 'hr', 'hour', 'hours'),
  ]),
}

const SIZE: Quantity = {
  noun: 'a size',
  bare: 'a number of bytes',
  examples: ['512B', '64KiB', '64MiB', '1.5GiB', '10kB', '10MB'],
  units: new Map<SizeUnit, Scale>([
    ['B', { times: 1 }],
    ['kB', { times: 1e3 }],
    ['MB', { times: 1e6 }],
    ['GB', { times: 1e9 }],
    ['TB', { times: 1e12 }],
    ['KiB', { times: 2 ** 10 }],
    ['MiB', { times: 2 ** 20 }],
    ['GiB', { times: 2 ** 30 }],
    ['TiB', { times: 2 ** 40 }],
  ]),
  aliases: new Map([
    ...alias('B', 'b', 'byte', 'bytes'),
    ...alias('KiB', 'k', 'K', 'Ki', 'kib', 'KIB'),
    ...alias('kB', 'KB', 'kb'),
    ...alias('MiB', 'm', 'M', 'Mi', 'mib'),
    ...alias('MB', 'mb', 'Mb'),
    ...alias('GiB', 'g', 'G', 'Gi', 'gib'),
    ...alias('GB', 'gb', 'Gb'),
  ]),
}

const RATE: Quantity = {
  noun: 'a rate',
  bare: 'a number of bits per second',
  examples: ['500bit', '64kbit', '100mbit', '1.5gbit'],
  units: new Map<RateUnit, Scale>([
    ['bit', { times: 1 }],
    ['kbit', { times: 1e3 }],
    ['mbit', { times: 1e6 }],
    ['gbit', { times: 1e9 }],
    ['tbit', { times: 1e12 }],
  ]),
  aliases: new Map([
    ...alias('bit', 'bits', 'bit/s'),
    ...alias('kbit', 'k', 'K', 'Kbit', 'kbit/s', 'Kbit/s', 'kb/s'),
    ...alias('mbit', 'm', 'M', 'Mbit', 'mbit/s', 'Mbit/s', 'Mb/s'),
    ...alias('gbit', 'g', 'G', 'Gbit', 'gbit/s', 'Gbit/s', 'Gb/s'),
  ]),
}

const RATIO: Quantity = {
  noun: 'a ratio',
  bare: 'a number from 0 to 1',
  examples: ['0.1%', '1%', '50%'],
  units: new Map<string, Scale>([['%', { over: 100 }]]),
  aliases: new Map(alias('%', 'percent', 'pct')),
}

function alias(unit: string, ...words: string[]): [string, string][] {
  return words.map((word) => [word, unit])
}

/**
 * Milliseconds, perhaps with a fraction.
 *
 * @param what what the value is for, as the error names it: `delay` or `delay of link a-lan`
 * @throws NetrigError INVALID_UNIT when the text cannot be read, INVALID_OPTION when the value is
 *   negative, not finite or of another type
 */
export function parseDuration(value: Duration, what: string): number {
  return parse(value, what, DURATION)
}

/**
 * Whole bytes; a fraction of a byte that comes of `'0.3KiB'` is rounded.
 *
 * @throws NetrigError as {@link parseDuration}, and for a bare number that is not whole
 */
export function parseSize(value: Size, what: string): number {
  const bytes = parse(value, what, SIZE)
  if (typeof value === 'number' && !Number.isInteger(value)) {
    throw refuse('INVALID_OPTION', value, what, SIZE, 'is not a whole number of bytes')
  }
  return whole(bytes, value, what, SIZE)
}

/**
 * Whole bits per second, at least 1.
 *
 * @throws NetrigError as {@link parseDuration}, and for 0
 */
export function parseRate(value: Rate, what: string): number {
  const bits = whole(parse(value, what, RATE), value, what, RATE)
  if (bits < 1) {
    throw refuse('INVALID_OPTION', value, what, RATE, 'lets nothing through; take the link down()')
  }
  return bits
}

/**
 * A number from 0 to 1.
 *
 * @throws NetrigError as {@link parseDuration}, and for more than 100%
 */
export function parseRatio(value: Ratio, what: string): number {
  const share = parse(value, what, RATIO)
  if (share <= 1) return share
  const percent = typeof value === 'number' && value <= 100 ? `${value}%` : undefined
  throw refuse(
    'INVALID_OPTION',
    value,
    what,
    RATIO,
    'is more than the whole (1, or 100%)',
    percent && `a bare number is a share, not a percentage; did you mean '${percent}'?`,
  )
}

function parse(value: unknown, what: string, quantity: Quantity): number {
  let result: number
  if (typeof value === 'number') {
    result = value
  } else if (typeof value === 'string') {
    result = read(value, what, quantity)
  } else {
    throw refuse('INVALID_OPTION', value, what, quantity, `is not ${quantity.noun}`)
  }
  if (!Number.isFinite(result)) {
    throw refuse('INVALID_OPTION', value, what, quantity, 'is not a finite number')
  }
  if (result < 0) throw refuse('INVALID_OPTION', value, what, quantity, 'is negative')
  return result === 0 ? 0 : result
}

function read(text: string, what: string, quantity: Quantity): number {
  const parts = /^\s*([+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?)(\s*)(\S*)\s*$/i.exec(text)
  const scale = parts === null || parts[2] !== '' ? undefined : quantity.units.get(parts[3]!)
  if (parts === null || scale === undefined || text.trim() !== text) {
    const hint = parts === null ? undefined : unitHint(parts[1]!, parts[3]!, quantity)
    throw refuse('INVALID_UNIT', text, what, quantity, `is not ${quantity.noun}`, hint)
  }
  const amount = Number(parts[1])
  return 'times' in scale ? amount * scale.times : amount / scale.over
}

function unitHint(amount: string, unit: string, quantity: Quantity): string | undefined {
  if (quantity === RATE && /^[kmgt]?(bps|b\/s)$/i.test(unit)) {
    return `'${unit}' means bytes to tc and bits to most people; did you mean '${amount}${unit[0]!.toLowerCase().replace('b', '')}bit'?`
  }
  if (unit === '') {
    return `the text has no unit; write the number ${amount}, or a unit (${[...quantity.units.keys()].join(', ')})`
  }
  const known =
    quantity.units.get(unit) !== undefined
      ? unit
      : (quantity.aliases.get(unit) ?? nearest(unit, [...quantity.units.keys()]))
  return known && `did you mean '${amount}${known}'?`
}

function whole(amount: number, value: unknown, what: string, quantity: Quantity): number {
  const rounded = Math.round(amount)
  if (Number.isSafeInteger(rounded)) return rounded
  throw refuse('INVALID_OPTION', value, what, quantity, 'is too large to count exactly')
}

function refuse(
  code: NetrigErrorCode,
  value: unknown,
  what: string,
  quantity: Quantity,
  problem: string,
  hint?: string,
): NetrigError {
  const shown = typeof value === 'string' ? `'${value}'` : String(value)
  const right = `write ${quantity.bare}, or one of ${quantity.examples.map((e) => `'${e}'`).join(', ')}`
  return new NetrigError(code, `${what}: ${shown} ${problem}: ${right}.`, { object: what, hint })
}
