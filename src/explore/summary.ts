import { replayLine } from '../vm/replay.js'
import { rateText, timeText } from './progress.js'
import type { Report } from './report.js'
import { formatSeeds } from './seeds.js'
import type { Difference, SeedRun } from './universe.js'

/** Failing seeds that are shown with their last lines; of the others only the numbers. */
const SHOWN = 10

/** What a seed that did not pass has to say. */
export function runText(run: SeedRun, report: Pick<Report, 'options' | 'command'>): string {
  const lines = [`seed ${run.seed}: ${headline(run)}`]
  for (const difference of run.differences) lines.push(...differenceLines(difference))
  lines.push(...run.lines.map((line) => `  ${line}`))
  lines.push(`  replay: ${replayLine(run.seed, report.options, report.command)}`)
  return lines.join('\n')
}

function headline({ verdict, end, virtualMs }: SeedRun): string {
  if (verdict === 'differs') return 'two runs of it were not alike'
  const indented = end.split('\n').join('\n  ')
  return `${indented}, after ${timeText(virtualMs)} of virtual time`
}

function differenceLines({ what, line, first, second }: Difference): string[] {
  return [
    `  ${what}${line === undefined ? '' : `, line ${line}`}:`,
    `    first   ${first.split('\n').join('\n            ')}`,
    `    second  ${second.split('\n').join('\n            ')}`,
  ]
}

/**
 * All that is to be said at the end.
 *
 * @param note the last word, if there is more to say
 */
export function summaryText(report: Report, note?: string): string {
  const { runs } = report
  const bad = runs.filter(({ verdict }) => verdict !== 'passed').sort((a, b) => a.seed - b.seed)
  const parts = [overview(report), ...bad.slice(0, SHOWN).map((run) => runText(run, report))]
  if (bad.length > SHOWN) {
    const others = formatSeeds(bad.slice(SHOWN).map(({ seed }) => seed))
    parts.push(`${bad.length - SHOWN} more: seeds ${others}`)
  }
  if (note !== undefined) parts.push(note)
  return parts.join('\n\n')
}

function overview({ runs, ms, shards }: Report): string {
  const count = (verdict: SeedRun['verdict']) =>
    runs.filter((one) => one.verdict === verdict).length
  const universes = runs.length === 1 ? '1 universe' : `${runs.length} universes`
  // Of several machines the time is a sum, and the rate that of one.
  const where = shards.length > 1 ? ` on ${shards.length} machines` : ''
  const rate = rateText(runs.length, ms)
  const pace = rate === undefined ? '' : ` (${rate}${where === '' ? '' : ' each'})`
  const differ = count('differs')
  const tail = differ === 0 ? '' : `, ${differ} did not repeat`
  return `${universes} in ${timeText(ms)}${where}${pace}: ${count('passed')} passed, ${count('failed')} failed${tail}`
}
