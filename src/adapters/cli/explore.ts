import { appendFileSync, readFileSync, writeFileSync } from 'node:fs'
import { constants } from 'node:os'
import { NetrigError } from '../../base/errors.js'
import { explore as exploreSeeds } from '../../explore/explore.js'
import { inVm, type Maker } from '../../explore/in-vm.js'
import type { Progress } from '../../explore/progress.js'
import {
  isGreen,
  mergeReports,
  missingSeeds,
  type Report,
  readReport,
  VERSION,
} from '../../explore/report.js'
import { eachSeed, endlessSeeds, formatRanges } from '../../explore/seeds.js'
import { takeShard } from '../../explore/shard.js'
import { summaryText } from '../../explore/summary.js'
import type { SeedRun } from '../../explore/universe.js'
import { planVm } from '../../vm/options.js'
import type { Command, Surroundings } from './command.js'
import { LiveProgress } from './explore-live.js'
import { type Journey, readExplore } from './explore-options.js'
import { version } from './version.js'
import { readVm } from './vm.js'

/** Signals that end an exploration early; it still says what it found. */
const ENDS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const

/** `netrig explore`, with what makes universes: asked once for each exploration. */
export function exploreBy(makeUniverses: () => Maker): Command {
  return {
    name: 'explore',
    synopsis: '--seeds 1..200 [OPTION...] -- COMMAND [ARGUMENT...]',
    summary: 'runs a command in one universe per seed',
    details: `Each universe is a kernel of its own with virtual time and seeded chance (netrig vm --seed N). At the
end: the seeds that failed, their last lines, and for each the line that runs it again, exactly.

  --seeds 1..200    which seeds; also 7, or 1..50,77
  --jobs N          universes at once; one per processor unless given
  --until-failure   goes on with new seeds until one fails
  --check           runs each seed twice and reports what was not alike
  --shard I/N       every N-th seed, for the I-th of N machines; auto/N in an indexed Job of Kubernetes
  --json FILE       writes what was found
  --merge FILE...   puts such files together, in place of exploring
  --memory, --clock, --watchdog, --env   as of netrig vm

Exit code 0 when all passed, 1 when one did not, 130 after Ctrl-C.`,
    async run(args, around) {
      const request = readExplore(args, process.env)
      if ('merge' in request) return merge(request.merge, request.json, around)
      return await travel(request, makeUniverses, around)
    },
  }
}

/** `netrig explore` */
export const explore = exploreBy(inVm)

async function travel(journey: Journey, makeUniverses: () => Maker, around: Surroundings) {
  const { ranges, shard, check, jobs, untilFailure, command, vm } = journey
  const runs: SeedRun[] = []
  const began = performance.now()
  const replay = { command, options: vm }
  const ofVm = readVm([...vm, '--', ...command]).options
  const options = { ...ofVm, command, cwd: around.cwd }
  planVm({ ...ofVm, seed: 0 }, 'netrig explore')
  if (journey.json !== undefined) tryFile(journey.json)
  const maker = makeUniverses()
  let started = 0
  const progress = (): Progress => ({
    done: runs.length,
    failed: runs.filter(({ verdict }) => verdict !== 'passed').length,
    running: started - runs.length,
    total: journey.total,
    elapsed: performance.now() - began,
  })
  const ending = endBySignal()
  const live = new LiveProgress(around, progress)
  try {
    await exploreSeeds({
      seeds: takeShard(untilFailure ? endlessSeeds(ranges) : eachSeed(ranges), shard),
      jobs,
      check,
      untilFailure,
      run: (seed, signal) => maker.run({ ...options, seed }, signal),
      onStart: () => {
        started += 1
      },
      onRun: (run) => {
        runs.push(run)
        // In a log that someone follows the first failure is worth more now than at the end.
        if (run.verdict !== 'passed') live.say(`seed ${run.seed} ${verdictText(run)}`)
      },
      signal: ending.signal,
    })
  } finally {
    live.end()
    ending.done()
    maker.close()
  }
  const report: Report = {
    netrig: 'explore',
    version: VERSION,
    by: version(),
    kernel: maker.kernel,
    ...replay,
    seeds: formatRanges(ranges),
    untilFailure,
    shards: shard.count === 1 ? [] : [`${shard.index}/${shard.count}`],
    ms: Math.round(performance.now() - began),
    runs: runs.sort((a, b) => a.seed - b.seed),
  }
  if (journey.json !== undefined) write(journey.json, report)
  const signal = ending.signalName()
  around.out(
    summaryText(report, signal === undefined ? undefined : 'Stopped before all seeds were done.'),
  )
  if (signal !== undefined) return 128 + constants.signals[signal]
  return runs.every(({ verdict }) => verdict === 'passed') ? 0 : 1
}

function verdictText({ verdict, end }: SeedRun): string {
  return verdict === 'differs' ? 'did not repeat' : `failed: ${end.split('\n')[0]}`
}

/** Catches the signals that ask for an end; a second one ends this process at once, by default. */
function endBySignal() {
  const ending = new AbortController()
  let name: NodeJS.Signals | undefined
  const end = (signal: NodeJS.Signals) => {
    name = signal
    ending.abort()
    done()
  }
  const done = () => {
    for (const signal of ENDS) process.off(signal, end)
  }
  for (const signal of ENDS) process.on(signal, end)
  return { signal: ending.signal, signalName: () => name, done }
}

function merge(files: readonly string[], json: string | undefined, around: Surroundings): number {
  const report = mergeReports(files.map((file) => [file, readReport(read(file), file)] as const))
  if (json !== undefined) write(json, report)
  const missing = missingSeeds(report)
  around.out(summaryText(report, missing === '' ? undefined : `Nobody has run seeds ${missing}.`))
  return isGreen(report) ? 0 : 1
}

function read(file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch (error) {
    throw fileError('--merge', file, error)
  }
}

/** An hour's work is not to end with the news that it cannot be written. */
function tryFile(file: string): void {
  try {
    appendFileSync(file, '')
  } catch (error) {
    throw fileError('--json', file, error)
  }
}

function write(file: string, report: Report): void {
  try {
    writeFileSync(file, `${JSON.stringify(report, null, 1)}\n`)
  } catch (error) {
    throw fileError('--json', file, error)
  }
}

function fileError(option: string, file: string, error: unknown): NetrigError {
  const { code, message } = error as NodeJS.ErrnoException
  return new NetrigError('INVALID_OPTION', `${option} ${file}: ${message}.`, {
    operation: 'explore',
    object: file,
    errno: code,
  })
}
