import { availableParallelism } from 'node:os'
import { NetrigError } from '../../base/errors.js'
import { countSeeds, parseSeeds, type SeedRange } from '../../explore/seeds.js'
import { parseShard, type Shard, shardSize } from '../../explore/shard.js'
import { UsageError } from './command.js'
import { readOptions } from './options.js'

/** What was asked of `netrig explore`: to go through seeds, or to put reports together. */
export type ExploreRequest = Journey | { readonly merge: readonly string[]; readonly json?: string }

/** Seeds to go through with a command. */
export interface Journey {
  readonly ranges: readonly SeedRange[]
  readonly shard: Shard
  /** Universes of this machine; undefined when there is no end to them. */
  readonly total: number | undefined
  readonly jobs: number
  readonly check: boolean
  readonly untilFailure: boolean
  readonly json: string | undefined
  /** Options of each universe, as `netrig vm` reads them. */
  readonly vm: readonly string[]
  readonly command: readonly string[]
}

const VM_OPTIONS = ['memory', 'clock', 'watchdog'] as const

const KINDS = {
  seeds: 'string',
  jobs: 'string',
  shard: 'string',
  json: 'string',
  check: 'boolean',
  'until-failure': 'boolean',
  merge: 'boolean',
  env: 'list',
  memory: 'string',
  clock: 'string',
  watchdog: 'string',
} as const

/**
 * Reads the arguments of `netrig explore`.
 *
 * @throws UsageError, NetrigError INVALID_OPTION
 */
export function readExplore(
  args: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
): ExploreRequest {
  const dashes = args.indexOf('--')
  const before = dashes < 0 ? args : args.slice(0, dashes)
  const command = dashes < 0 ? [] : args.slice(dashes + 1)
  const { switches, values, lists, words } = readOptions(before, KINDS, Number.POSITIVE_INFINITY)
  const json = values.get('json')
  if (switches.has('merge')) {
    if (words.length === 0 || command.length > 0) {
      throw new UsageError('--merge takes files: netrig explore --merge 1.json 2.json')
    }
    const other = [...switches, ...values.keys()].find(
      (name) => name !== 'merge' && name !== 'json',
    )
    if (other !== undefined) throw new UsageError(`--${other} says nothing to --merge`)
    return { merge: words, ...(json === undefined ? {} : { json }) }
  }
  checkCommand(words, command)
  const untilFailure = switches.has('until-failure')
  const ranges = readSeeds(values.get('seeds'), untilFailure)
  const shard = parseShard(values.get('shard') ?? '1/1', env)
  const vm = VM_OPTIONS.flatMap((name) => {
    const value = values.get(name)
    return value === undefined ? [] : [`--${name}`, value]
  })
  return {
    ranges,
    shard,
    total: untilFailure ? undefined : shardSize(countSeeds(ranges), shard),
    jobs: readJobs(values.get('jobs')),
    check: switches.has('check'),
    untilFailure,
    json,
    vm: [...vm, ...(lists.get('env') ?? []).flatMap((one) => ['--env', one])],
    command,
  }
}

function checkCommand(words: readonly string[], command: readonly string[]): void {
  if (command.length > 0 && words.length === 0) return
  const typed = [...words, ...command].join(' ') || 'npm test'
  throw new UsageError(
    `the command stands behind two dashes: netrig explore --seeds 1..200 -- ${typed}`,
  )
}

function readSeeds(text: string | undefined, untilFailure: boolean): readonly SeedRange[] {
  if (text !== undefined) return parseSeeds(text)
  // With no end asked for, from the first on.
  if (untilFailure) return parseSeeds('1')
  throw new UsageError('explore needs seeds: netrig explore --seeds 1..200 -- COMMAND')
}

/** More universes at once than this are no test of anything. */
const MOST_JOBS = 1024

function readJobs(text: string | undefined): number {
  if (text === undefined) return availableParallelism()
  const jobs = Number(text)
  if (/^\d+$/.test(text) && jobs >= 1 && jobs <= MOST_JOBS) return jobs
  throw new NetrigError(
    'INVALID_OPTION',
    `--jobs '${text}': is no whole number from 1 to ${MOST_JOBS}.`,
    {
      operation: 'explore',
      object: '--jobs',
      hint: `leave it out for one universe per processor, ${availableParallelism()} here`,
    },
  )
}
