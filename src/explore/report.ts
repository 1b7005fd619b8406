import { NetrigError } from '../base/errors.js'
import { countSeeds, eachSeed, formatRanges, formatSeeds, parseSeeds } from './seeds.js'
import { differencesOf, type SeedRun } from './universe.js'

/** What an exploration found, as `--json` writes it and `--merge` reads it. */
export interface Report {
  readonly netrig: 'explore'
  readonly version: 1
  readonly command: readonly string[]
  /** Options of `netrig vm` that a replay needs, too. */
  readonly options: readonly string[]
  /** Seeds of all shards: `1..200`. */
  readonly seeds: string
  /** Went on behind these seeds until one failed. */
  readonly untilFailure: boolean
  readonly shards: readonly string[]
  /** Milliseconds, of all machines. */
  readonly ms: number
  readonly runs: readonly SeedRun[]
}

const VERDICTS = ['passed', 'failed', 'differs']

/** Of a report's seeds those that nobody has run. */
export function missingSeeds({ seeds, runs, untilFailure }: Report): string {
  if (untilFailure) return ''
  const done = new Set(runs.map(({ seed }) => seed))
  const ranges = parseSeeds(seeds)
  if (done.size === 0) return formatRanges(ranges)
  if (done.size >= countSeeds(ranges)) return ''
  const missing: number[] = []
  for (const seed of eachSeed(ranges)) if (!done.has(seed)) missing.push(seed)
  return formatSeeds(missing)
}

/** Whether all that was to be run was run, and passed. */
export function isGreen(report: Report): boolean {
  return report.runs.every(({ verdict }) => verdict === 'passed') && missingSeeds(report) === ''
}

/**
 * Puts reports of several machines together. A seed that two of them ran counts once; when it did not
 * end alike on both it is reported as one that differs.
 *
 * @param reports with the names of their files
 * @throws NetrigError INVALID_OPTION when they are not of the same command
 */
export function mergeReports(reports: readonly (readonly [string, Report])[]): Report {
  const [first, ...others] = reports
  if (first === undefined) throw wrong('--merge', 'there is no report to merge')
  const [firstName, { command, options }] = first
  for (const [name, other] of others) {
    if (same(other.command, command) && same(other.options, options)) continue
    throw wrong(
      name,
      `is of another command than ${firstName}: '${words(other)}' there, '${words(first[1])}' here`,
    )
  }
  const runs = new Map<number, SeedRun>()
  for (const [, report] of reports) {
    for (const run of report.runs) {
      const known = runs.get(run.seed)
      runs.set(run.seed, known === undefined ? run : both(known, run))
    }
  }
  const all = reports.map(([, report]) => report)
  return {
    netrig: 'explore',
    version: 1,
    command,
    options,
    seeds: formatRanges(parseSeeds(all.map(({ seeds }) => seeds).join(','))),
    untilFailure: all.some(({ untilFailure }) => untilFailure),
    shards: [...new Set(all.flatMap(({ shards }) => shards))].sort(byNumbers),
    ms: all.reduce((sum, { ms }) => sum + ms, 0),
    runs: [...runs.values()].sort((a, b) => a.seed - b.seed),
  }
}

/** One seed that was run twice; of a universe that repeats nothing may differ. */
function both(a: SeedRun, b: SeedRun): SeedRun {
  const worse = a.verdict === 'passed' && b.verdict !== 'passed' ? b : a
  if (a.verdict === 'differs' || b.verdict === 'differs') return a.verdict === 'differs' ? a : b
  const end = ({ end, virtualMs }: SeedRun) => ({
    status: undefined,
    signal: undefined,
    stdout: '',
    stderr: '',
    failure: end,
    virtualNs: BigInt(Math.round(virtualMs * 1000)) * 1000n,
  })
  const differences = differencesOf(end(a), end(b))
  return differences.length === 0 ? worse : { ...worse, verdict: 'differs', differences }
}

/**
 * Reads what `--json` wrote.
 *
 * @param name the file's, for errors
 * @throws NetrigError INVALID_OPTION
 */
export function readReport(text: string, name: string): Report {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch (error) {
    throw wrong(name, `is no JSON (${(error as Error).message})`)
  }
  const report = value as Partial<Report> | null
  if (typeof report !== 'object' || report?.netrig !== 'explore') {
    throw wrong(name, 'was not written by netrig explore --json')
  }
  if (report.version !== 1) {
    throw wrong(name, `has version ${String(report.version)}, which this netrig does not know`)
  }
  const { seeds, ms, runs } = report
  const lists = [report.command, report.options, report.shards]
  const good = typeof seeds === 'string' && typeof ms === 'number' && lists.every(isTexts)
  if (!good || !Array.isArray(runs) || !runs.every(isRun)) throw wrong(name, 'is damaged')
  parseSeeds(seeds)
  return report as Report
}

function isTexts(value: unknown): boolean {
  return Array.isArray(value) && value.every((one) => typeof one === 'string')
}

function isRun(value: unknown): boolean {
  const run = value as Partial<SeedRun> | null
  return (
    typeof run === 'object' &&
    Number.isSafeInteger(run?.seed) &&
    VERDICTS.includes(String(run?.verdict)) &&
    typeof run?.end === 'string' &&
    typeof run.virtualMs === 'number' &&
    typeof run.realMs === 'number' &&
    isTexts(run.lines) &&
    Array.isArray(run.differences)
  )
}

function wrong(object: string, why: string): NetrigError {
  return new NetrigError('INVALID_OPTION', `${object} ${why}.`, { operation: 'explore', object })
}

function same(a: readonly string[], b: readonly string[]): boolean {
  return JSON.stringify(a) === JSON.stringify(b)
}

function words({ options, command }: Report): string {
  return [...options, '--', ...command].join(' ')
}

function byNumbers(a: string, b: string): number {
  return a.localeCompare(b, 'en', { numeric: true })
}
