import { wordsAndOptions } from '../base/arguments.js'
import { NetrigError } from '../base/errors.js'
import { checkOptions } from '../base/suggest.js'
import { EXECA_OPTIONS, type ExecOptions } from './options.js'
import { custom, type ReadyFunction } from './ready/custom.js'
import type { ReadyStrategy } from './ready/strategy.js'

/** Options of execa about results that a spawned program does not have. */
const RESULT_OPTIONS = [
  'all',
  'buffer',
  'lines',
  'maxBuffer',
  'reject',
  'stripFinalNewline',
] as const

/** Options of `host.spawn`. */
export type SpawnOptions = Omit<ExecOptions, (typeof RESULT_OPTIONS)[number]> & {
  /** How to find out that the program is ready to serve; unless given, it is when it runs. */
  readonly ready?: ReadyStrategy | ReadyFunction
  /** `host.restart()` starts it again. */
  readonly restart?: boolean
}

/** What is needed to start a program again. */
export interface ProgramSpec {
  readonly file: string | URL
  readonly args: readonly string[]
  readonly options: ExecOptions
  readonly ready: ReadyStrategy | undefined
  readonly restart: boolean
}

const KNOWN = [
  ...EXECA_OPTIONS.filter((name) => !(RESULT_OPTIONS as readonly string[]).includes(name)),
  'ready',
  'restart',
]

function readStrategy(ready: SpawnOptions['ready']): ReadyStrategy | undefined {
  if (ready === undefined) return undefined
  if (typeof ready === 'function') return custom(ready)
  if (typeof ready === 'object' && ready !== null && typeof ready.wait === 'function') return ready
  throw new NetrigError(
    'INVALID_OPTION',
    'host.spawn: ready is neither a strategy nor a function.',
    {
      operation: 'host.spawn',
      object: 'ready',
      hint: 'write ready: tcp(8080), http(url), log(/listening/), file(path), command([...]) or a function',
    },
  )
}

/** @throws NetrigError `INVALID_OPTION` */
export function readSpec(
  file: string | URL,
  args: readonly string[] | SpawnOptions = [],
  given?: SpawnOptions,
): ProgramSpec {
  const { words, options: all = {} } = wordsAndOptions(args, given)
  checkOptions(all, KNOWN, 'host.spawn')
  const { ready, restart = false, ...options } = all
  return { file, args: words, options, ready: readStrategy(ready), restart }
}
