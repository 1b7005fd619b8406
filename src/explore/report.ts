import { NetrigError } from '../base/errors.js'
import type { KernelIdentity } from '../vm/kernel/hold.js'
import { countSeeds, eachSeed, formatRanges, formatSeeds, parseSeeds } from './seeds.js'
import { differencesOf, type SeedRun } from './universe.js'

/** What an exploration found, as `--json` writes it and `--merge` reads it. */
export interface Report {
  readonly netrig: 'explore'
  readonly version: typeof VERSION
  /** Whose universes they were: netrig's version, and its kernel. */
  readonly by: string
  readonly kernel: KernelIdentity
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

/** Of what is written. */
export const VERSION = 2

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
 * @throws NetrigError INVALID_OPTION when they are not of the same command, kernel and netrig
 */
export function mergeReports(reports: readonly (readonly [string, Report])[]): Report {
  const [first, ...others] = reports
  if (first === undefined) throw wrong('--merge', 'there is no report to merge')
  const [, { command, options, by, kernel }] = first
  for (const other of others) ensureAlike(first, other)
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
    version: VERSION,
    by,
    kernel,
    command,
    options,
    seeds: formatRanges(parseSeeds(all.map(({ seeds }) => seeds).join(','))),
    untilFailure: all.some(({ untilFailure }) => untilFailure),
    shards: [...new Set(all.flatMap(({ shards }) => shards))].sort(byNumbers),
    ms: all.reduce((sum, { ms }) => sum + ms, 0),
    runs: [...runs.values()].sort((a, b) => a.seed - b.seed),
  }
}

/** A seed is the same universe for the same command on the same kernel only. */
function ensureAlike(
  [firstName, first]: readonly [string, Report],
  [name, other]: readonly [string, Report],
): void {
  if (!same(other.command, first.command) || !same(other.options, first.options)) {
    throw wrong(
      name,
      `is of another command than ${firstName}: '${words(other)}' there, '${words(first)}' here`,
    )
  }
  const differ = (what: string, there: string, here: string) =>
    wrong(
      name,
      `is of another ${what} than ${firstName}: ${there} there, ${here} here`,
      `a seed is another universe there: merge ${name} apart, or explore its seeds again where all is alike`,
    )
  if (other.kernel.sha256 !== first.kernel.sha256) {
    throw differ('kernel', kernelText(other), kernelText(first))
  }
  if (other.by !== first.by) throw differ('netrig', other.by, first.by)
}

function kernelText({ kernel }: Report): string {
  return `${kernel.version} (SHA-256 ${kernel.sha256.slice(0, 12)}...)`
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
  if (report.version !== VERSION) {
    throw wrong(name, `has version ${String(report.version)}, which this netrig does not know`)
  }
  const { seeds, ms, runs } = report
  const lists = [report.command, report.options, report.shards]
  const texts = [seeds, report.by, report.kernel?.version, report.kernel?.sha256]
  const good = texts.every(isText) && typeof ms === 'number' && lists.every(isTexts)
  if (!good || !Array.isArray(runs) || !runs.every(isRun)) throw wrong(name, 'is damaged')
  parseSeeds(String(seeds))
  return report as Report
}

function isText(value: unknown): boolean {
  return typeof value === 'string'
}

function isTexts(value: unknown): boolean {
  return Array.isArray(value) && value.every(isText)
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

function wrong(object: string, why: string, hint?: string): NetrigError {
  const about = { operation: 'explore', object, hint }
  return new NetrigError('INVALID_OPTION', `${object} ${why}.`, about)
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
