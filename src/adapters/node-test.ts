import type { TestContext } from 'node:test'
import { inspect } from 'node:util'
import { fileOf, namePattern } from '../fixture/again.js'
import { type FixtureOptions, readFixtureOptions } from '../fixture/options.js'
import { type Ending, Session } from '../fixture/session.js'
import { UnstoppedWatch } from '../fixture/unstopped.js'
import type { Lab } from '../lab/lab.js'
import { callerPlace } from '../lab/live.js'

export type { FixtureOptions } from '../fixture/options.js'
export type { Lab } from '../lab/lab.js'

/** Milliseconds that the hook has more than the lab, so that the lab says what it waited for. */
const GRACE = 5_000

/** What Node knows of a test's result in its `after` hooks (20.12; @types/node has it later). */
interface Outcome {
  readonly passed?: boolean
  readonly error?: { cause?: unknown } | null
}

/**
 * Makes a lab for a test, gone when the test is over.
 *
 * @param t what the test was given
 * @throws NetrigError TIMEOUT, INVALID_OPTION, INVALID_UNIT, and whatever createLab() throws
 * @example
 * test('a reaches b', async (t) => {
 *   const lab = await labFor(t)
 *   const [a, b] = lab.hosts('a', 'b')
 *   lab.link(a, b)
 *   await lab.start()
 *   await a.exec('ping', ['-c', '1', 'b'])
 * })
 */
export async function labFor(t: TestContext, options?: FixtureOptions): Promise<Lab> {
  const settings = readFixtureOptions(options, 'labFor')
  const place = callerPlace(labFor)
  const watch = new UnstoppedWatch()
  let session: Session | undefined
  t.after(
    async () => {
      const outcome = t as TestContext & Outcome
      const ending = await session?.close(outcome.passed === false)
      const unstopped = watch.end()
      tell(outcome, ending, unstopped === undefined ? [] : [unstopped], place)
    },
    { timeout: settings.cleanupTimeout + GRACE },
  )
  const alone = ['node', '--test', `--test-name-pattern=${namePattern(t.name)}`, fileOf(place)]
  session = await Session.open(settings, { name: t.name, place, alone })
  return session.lab
}

/** Puts the report below the test's error; without one what is wrong with the lab is the error. */
function tell(
  { error }: Outcome,
  ending: Ending | undefined,
  more: readonly Error[],
  place: string,
): void {
  const problems = [...(ending?.problems ?? []), ...more]
  const report = ending?.report === undefined ? [] : [ending.report]
  const first = error?.cause === undefined ? problems.shift() : undefined
  const text = [...problems.map(({ message }) => message), ...report].join('\n\n')
  if (first !== undefined) throw withText(first, `${first.name}: ${first.message}`, text, place)
  if (text !== '' && error) error.cause = withText(error.cause, inspect(error.cause), text, place)
}

/**
 * An error that prints as `printed` and goes on with `text`. What a reporter reads of its cause (message,
 * code, expected, actual) stays, but hidden from printing, where it stands already.
 */
function withText(cause: unknown, printed: string, text: string, place: string): Error {
  const error = new Error(cause instanceof Error ? cause.message : String(cause))
  if (cause instanceof Error) {
    for (const key of ['name', ...Object.getOwnPropertyNames(cause)]) {
      if (key === 'stack' || key === 'cause') continue
      const value: unknown = Reflect.get(cause, key)
      Object.defineProperty(error, key, { value, enumerable: false, configurable: true })
    }
  }
  // What has no frame is printed in brackets: a time that was over, a text that was thrown.
  const frame = printed.includes('\n    at ') ? '' : `\n    at the test of the lab (${place})`
  error.stack = `${printed}${frame}${text === '' ? '' : `\n\n${text}`}`
  return error
}
