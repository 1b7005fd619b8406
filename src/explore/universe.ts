/** How a command ended in its universe. */
export interface UniverseEnd {
  /** Exit code; undefined when a signal or the universe's own end came first. */
  readonly status: number | undefined
  readonly signal: string | undefined
  readonly stdout: string
  readonly stderr: string
  /** Nanoseconds of virtual time, from boot to the command's end. */
  readonly virtualNs: bigint
  /** What became of the universe itself, if it did not end well: panic, memory, time that stood still. */
  readonly failure: string | undefined
}

/** Something that was not alike in two runs of one seed. */
export interface Difference {
  readonly what: 'stdout' | 'stderr' | 'end' | 'virtual time'
  /** From 1, of stdout and stderr. */
  readonly line: number | undefined
  readonly first: string
  readonly second: string
}

/** What became of one seed. */
export interface SeedRun {
  readonly seed: number
  /** `differs`: two runs of the seed were not alike. */
  readonly verdict: 'passed' | 'failed' | 'differs'
  /** For people: `exit code 1`, `signal SIGKILL`. */
  readonly end: string
  /** Milliseconds of virtual time. */
  readonly virtualMs: number
  /** Milliseconds of the machine's time. */
  readonly realMs: number
  /** Last lines of its output; of a seed that passed none. */
  readonly lines: readonly string[]
  readonly differences: readonly Difference[]
}

/** Last lines of each stream that are kept. */
const LINES = 12
/** Characters of a line that are kept: a program may write megabytes without a line end. */
const WIDTH = 500

/** How it ended, in words. */
export function endText({ status, signal, failure }: UniverseEnd): string {
  if (failure !== undefined) return failure
  return signal === undefined ? `exit code ${status ?? 'unknown'}` : `signal ${signal}`
}

function isGood({ status, failure }: UniverseEnd): boolean {
  return status === 0 && failure === undefined
}

/** Lines of a text without its last line end. */
function linesOf(text: string): string[] {
  return text === '' ? [] : text.replace(/\n$/, '').split('\n')
}

function lastLines(text: string, prefix: string): string[] {
  return linesOf(text)
    .slice(-LINES)
    .map((line) => `${prefix} | ${shortened(line)}`.trimEnd())
}

function shortened(line: string): string {
  return line.length > WIDTH ? `${line.slice(0, WIDTH)}...` : line
}

/**
 * What is not alike in two runs: of each stream the first line that differs, how they ended, and
 * when by their own clock.
 */
export function differencesOf(first: UniverseEnd, second: UniverseEnd): Difference[] {
  const found: Difference[] = []
  for (const what of ['stdout', 'stderr'] as const) {
    const difference = firstLine(what, first[what], second[what])
    if (difference !== undefined) found.push(difference)
  }
  const compare = (what: Difference['what'], a: string, b: string) => {
    if (a !== b) found.push({ what, line: undefined, first: a, second: b })
  }
  compare('end', endText(first), endText(second))
  compare('virtual time', `${first.virtualNs} ns`, `${second.virtualNs} ns`)
  return found
}

function firstLine(what: 'stdout' | 'stderr', a: string, b: string): Difference | undefined {
  if (a === b) return undefined
  const [ours, theirs] = [a.split('\n'), b.split('\n')]
  const at = ours.findIndex((line, index) => line !== theirs[index])
  // One that is only longer differs where the other has ended.
  const line = at < 0 ? ours.length : at
  const show = (lines: readonly string[]) =>
    lines[line] === undefined ? '(nothing more)' : shortened(lines[line])
  return { what, line: line + 1, first: show(ours), second: show(theirs) }
}

/**
 * Judges a seed.
 *
 * @param ends how it ended, once or twice
 */
export function judge(
  seed: number,
  realMs: number,
  ends: readonly [UniverseEnd, UniverseEnd | undefined],
): SeedRun {
  const [first, second] = ends
  const differences = second === undefined ? [] : differencesOf(first, second)
  const good = isGood(first) && (second === undefined || isGood(second))
  // The output of the one that failed is what a person wants to see.
  const shown = second !== undefined && isGood(first) ? second : first
  return {
    seed,
    verdict: differences.length > 0 ? 'differs' : good ? 'passed' : 'failed',
    end: endText(shown),
    virtualMs: Number(shown.virtualNs / 1000n) / 1000,
    realMs,
    lines: good ? [] : [...lastLines(shown.stdout, 'out'), ...lastLines(shown.stderr, 'err')],
    differences,
  }
}
