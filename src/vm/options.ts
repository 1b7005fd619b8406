import { resolve } from 'node:path'
import { NetrigError } from '../base/errors.js'
import { formatSize } from '../base/format.js'
import { checkOptions } from '../base/suggest.js'
import { type Duration, parseDuration, parseSize, type Size } from '../base/units.js'

/** How time passes in a vm; see docs/vm.md. */
export type VirtualTime = 'idle' | 'full'

export interface VmOptions {
  /**
   * Time that jumps whenever everything waits. `true` is `'full'`: the processor is infinitely fast, and
   * nothing but waiting takes time. `'idle'`: what is computed takes the time that it takes. Unless
   * given, time passes as it does outside.
   */
  readonly virtualTime?: boolean | VirtualTime
  /** Of the vm, with its files in /tmp and its caches: `'2GiB'` unless given. Taken as it is used. */
  readonly memory?: Size
  /** For all commands, over the environment of this process. */
  readonly env?: Readonly<Record<string, string | undefined>>
  /**
   * Same seed, same universe: chance of this seed, full virtual time, a fixed clock, and a frozen tree of
   * files, of which nothing stays but {@link out}. A whole number from 0 to 2^64 - 1, or `'random'`.
   */
  readonly seed?: number | bigint | string
  /** When the vm's time begins, with virtual time. With a seed 2026-01-01T00:00:00Z unless given. */
  readonly clock?: Date | string | number
  /** With a seed: a folder, empty for the commands, whose files are copied out when the vm is stopped. */
  readonly out?: string
  /** Real time in which virtual time may stand still while something computes: 60 s; false: for ever. */
  readonly watchdog?: Duration | false
}

export const VM_OPTIONS = [
  ...['virtualTime', 'memory', 'env', 'seed', 'clock', 'out', 'watchdog'],
] as const

/** A vm's options, read and checked. */
export interface VmPlan {
  readonly time: VirtualTime | undefined
  /** Bytes. */
  readonly memory: number
  readonly env: Readonly<Record<string, string | undefined>>
  readonly seed: bigint | undefined
  /** Nanoseconds since 1970; undefined: now. */
  readonly clock: bigint | undefined
  readonly out: string | undefined
  /** Milliseconds; undefined: none. */
  readonly watchdog: number | undefined
}

const MEMORY = 2 * 2 ** 30
/** Below, the kernel does not come up with a program in it. */
export const LEAST_MEMORY = 64 * 2 ** 20
/** The kernel's own bound: addresses of its memory are those of a process. */
export const MOST_MEMORY = 1024 * 2 ** 30
export const SEEDED_CLOCK = Date.UTC(2026, 0, 1)
const WATCHDOG = 60_000
const MOST_SEED = (1n << 64n) - 1n
/** Two ends of what the kernel's clock holds in a signed 64-bit number of nanoseconds. */
const LATEST = Date.UTC(2200, 0, 1)

function refuse(sentence: string, operation: string, object: string, hint?: string): NetrigError {
  return new NetrigError('INVALID_OPTION', `${operation}: ${sentence}`, { operation, object, hint })
}

function readTime(value: unknown, operation: string): VirtualTime | undefined {
  if (value === undefined || value === false) return undefined
  if (value === true) return 'full'
  if (value === 'idle' || value === 'full') return value
  throw refuse(
    `virtual time is 'full' or 'idle', not '${String(value)}'.`,
    operation,
    'virtualTime',
    "'full' where nothing but waiting may take time, 'idle' where programs spin on the clock",
  )
}

function readMemory(value: Size | undefined, operation: string): number {
  if (value === undefined) return MEMORY
  // As other tools take it (`-m 2G`); in netrig's own units that is 2GiB.
  const text = typeof value === 'string' ? value.replace(/^(\d+(?:\.\d+)?[KMGT])$/, '$1iB') : value
  const bytes = parseSize(text as Size, `${operation} memory`)
  if (bytes >= LEAST_MEMORY && bytes <= MOST_MEMORY) return bytes
  const bound = bytes < LEAST_MEMORY ? `at least ${formatSize(LEAST_MEMORY)}` : 'at most 1TiB'
  throw refuse(
    `memory of ${formatSize(bytes)} will not do: a vm has ${bound}.`,
    operation,
    'memory',
    'Node alone wants 256MiB; the default is 2GiB, taken from the machine as it is used',
  )
}

/** A random seed is short, so that people can type it. */
function readSeed(value: unknown, operation: string): bigint | undefined {
  if (value === undefined) return undefined
  if (value === 'random') return BigInt(Math.floor(Math.random() * 2 ** 32))
  const whole =
    typeof value === 'bigint' ||
    (typeof value === 'number' && Number.isSafeInteger(value)) ||
    (typeof value === 'string' && /^\d{1,20}$/.test(value))
  const seed = whole ? BigInt(value) : -1n
  if (seed >= 0n && seed <= MOST_SEED) return seed
  throw refuse(
    `the seed '${String(value)}' is no whole number from 0 to 2^64 - 1.`,
    operation,
    'seed',
    "or let one be picked: 'random'",
  )
}

function readClock(value: unknown, operation: string): bigint | undefined {
  if (value === undefined) return undefined
  const time =
    value instanceof Date
      ? value.getTime()
      : typeof value === 'number' || (typeof value === 'string' && /^\d+$/.test(value))
        ? Number(value)
        : Date.parse(String(value))
  if (Number.isFinite(time) && time >= 0 && time <= LATEST)
    return BigInt(Math.trunc(time * 1000)) * 1000n
  throw refuse(
    `the clock '${String(value)}' is no time between 1970 and 2200.`,
    operation,
    'clock',
    "write it as ISO 8601, '2026-01-01T00:00:00Z', or in milliseconds since 1970",
  )
}

function readWatchdog(value: Duration | false | undefined, operation: string): number | undefined {
  if (value === false) return undefined
  if (value === undefined) return WATCHDOG
  const limit = parseDuration(value, `${operation} watchdog`)
  if (limit >= 1000) return limit
  throw refuse(
    'a watchdog of less than a second bites what only starts.',
    operation,
    'watchdog',
    "write a duration from '1s' up, or false for none",
  )
}

/**
 * Reads a vm's options.
 *
 * @param operation as errors name it, e.g. `createVm`
 * @throws NetrigError INVALID_OPTION, INVALID_UNIT
 */
export function planVm(options: VmOptions, operation: string): VmPlan {
  checkOptions(options, VM_OPTIONS, operation)
  const seed = readSeed(options.seed, operation)
  const asked = readTime(options.virtualTime, operation)
  if (seed !== undefined && (asked === 'idle' || options.virtualTime === false)) {
    throw refuse(
      'a run repeats only in full virtual time, which a seed implies.',
      operation,
      'seed',
      'leave virtualTime out, or the seed',
    )
  }
  const time = seed === undefined ? asked : 'full'
  const clock = readClock(options.clock, operation)
  if (clock !== undefined && time === undefined) {
    throw refuse('only virtual time begins when it is told.', operation, 'clock', 'add virtualTime')
  }
  if (options.out !== undefined && seed === undefined) {
    throw refuse(
      "'out' is for seeded runs, of which nothing else stays; without a seed all that is written stays.",
      operation,
      'out',
    )
  }
  if (options.out !== undefined && (typeof options.out !== 'string' || options.out === '')) {
    throw refuse("'out' is the path of a folder.", operation, 'out')
  }
  return {
    time,
    memory: readMemory(options.memory, operation),
    env: readEnv(options.env, operation),
    seed,
    clock: clock ?? (seed === undefined ? undefined : BigInt(SEEDED_CLOCK) * 1_000_000n),
    out: options.out === undefined ? undefined : resolve(options.out),
    watchdog: readWatchdog(options.watchdog, operation),
  }
}

function readEnv(env: VmOptions['env'], operation: string): VmPlan['env'] {
  if (env === undefined) return {}
  if (typeof env === 'object' && env !== null && !Array.isArray(env)) {
    for (const [name, value] of Object.entries(env)) {
      if (value === undefined) continue
      if (typeof value === 'string' && /^[^=\0]+$/.test(name) && !value.includes('\0')) continue
      throw refuse(`'${name}' in env is no text for a variable.`, operation, `env ${name}`)
    }
    return env
  }
  throw refuse('env is an object of texts by their names.', operation, 'env')
}
