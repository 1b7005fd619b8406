import { NetrigError } from '../base/errors.js'
import { fileOf, namePattern } from '../fixture/again.js'
import { labHandle } from '../fixture/handle.js'
import { type FixtureOptions, readFixtureOptions } from '../fixture/options.js'
import { type Ending, Session } from '../fixture/session.js'
import { UnstoppedWatch } from '../fixture/unstopped.js'
import type { Lab } from '../lab/lab.js'
import { callerPlace } from '../lab/live.js'
import { dropSpare } from '../sandbox/holder.js'

export type { FixtureOptions } from '../fixture/options.js'
export type { Lab } from '../lab/lab.js'

type Hook = (work: () => Promise<void>, timeout?: number) => void

interface Globals {
  readonly beforeEach: Hook
  readonly afterEach: Hook
  readonly afterAll: Hook
  readonly expect?: { getState?(): { readonly currentTestName?: string } }
}

/** Milliseconds that a hook has more than the lab, so that the lab says what it waited for, not jest. */
const GRACE = 5_000

/**
 * Gives each test of this file, or of this `describe`, a lab of its own: made before it, gone after it.
 * Returns a handle that stands for the lab of the test that runs.
 *
 * @throws NetrigError INVALID_OPTION, INVALID_UNIT
 * @example
 * const lab = setupLab()
 *
 * test('a reaches b', async () => {
 *   const [a, b] = lab.hosts('a', 'b')
 *   lab.link(a, b)
 *   await lab.start()
 *   await a.exec('ping', ['-c', '1', 'b'])
 * })
 */
export function setupLab(options?: FixtureOptions): Lab {
  const settings = readFixtureOptions(options, 'setupLab')
  const place = callerPlace(setupLab)
  const { beforeEach, afterEach, afterAll } = globals()
  let session: Session | undefined
  let watch: UnstoppedWatch | undefined

  beforeEach(async () => {
    watch = new UnstoppedWatch()
    const name = globals().expect?.getState?.().currentTestName ?? 'test'
    const alone = ['npx', 'jest', fileOf(place), '-t', namePattern(name)]
    session = await Session.open(settings, { name, place, alone })
  }, settings.setupTimeout + GRACE)

  afterEach(async () => {
    const ending = await session?.close(hasFailed())
    session = undefined
    const unstopped = watch?.end()
    throwEnding(ending, unstopped === undefined ? [] : [unstopped])
  }, settings.cleanupTimeout + GRACE)

  // Jest runs many files in one process, each with modules of its own: a keeper made ready for the next
  // test would be found by none of them.
  afterAll(dropSpare, settings.cleanupTimeout)

  return labHandle(() => session?.lab, place)
}

/** Jest shows what an afterEach hook throws below the error of the test itself. */
function throwEnding(ending: Ending | undefined, more: readonly Error[]): void {
  const texts = [...(ending?.problems ?? []), ...more].map(({ message }) => message)
  if (ending?.report !== undefined) texts.push(ending.report)
  if (texts.length === 0) return
  const error = new Error(texts.join('\n\n'))
  // Where netrig throws this says nothing: the place of the test is in the report.
  error.stack = error.message
  throw error
}

function globals(): Globals {
  const found = globalThis as unknown as Globals
  if (typeof found.beforeEach === 'function') return found
  throw new NetrigError('UNSUPPORTED', 'setupLab: there is no global beforeEach().', {
    operation: 'setupLab',
    hint: 'call it in a test file that jest runs, with `injectGlobals` on, as it is by default',
  })
}

interface CircusState {
  readonly currentlyRunningTest?: { readonly errors: readonly unknown[] } | null
}

/**
 * Whether the test that is ending has failed. Jest tells that to reporters and environments only; its
 * runner (jest-circus, the default since jest 27) keeps it in the test's global object.
 */
function hasFailed(): boolean {
  const key = Object.getOwnPropertySymbols(globalThis).find(
    ({ description }) => description === 'JEST_STATE_SYMBOL',
  )
  const state = key && (globalThis as unknown as Record<symbol, CircusState | undefined>)[key]
  return (state?.currentlyRunningTest?.errors.length ?? 0) > 0
}
