import { relative } from 'node:path'
import { test as base, type TestAPI } from 'vitest'
import { namePattern } from '../fixture/again.js'
import { type CaptureWhen, capturePath } from '../fixture/capture.js'
import {
  type FixtureOptions,
  type FixtureSettings,
  readFixtureOptions,
} from '../fixture/options.js'
import { type About, type Ending, Session } from '../fixture/session.js'
import { UnstoppedWatch } from '../fixture/unstopped.js'
import type { Lab } from '../lab/lab.js'
import { dropSpare } from '../sandbox/holder.js'

export type { FixtureOptions } from '../fixture/options.js'
export type { Lab } from '../lab/lab.js'

/** What `test` of `netrig/vitest` gives beside what vitest's own gives. */
export interface LabFixtures {
  /** A lab for this test alone, made when the test asks for it and gone when the test is over. */
  lab: Lab
  /** How it is made; `test.override('labOptions', { ipv6: true })` says so for a file or a `describe`. */
  labOptions: FixtureOptions
}

interface TaskError {
  name?: string
  message: string
  stack?: string
}

/** The part of a vitest task that is used, alike in versions 3.2, 4 and 5. */
interface Task {
  readonly name: string
  readonly timeout: number
  readonly fails?: boolean | undefined
  readonly location?: { readonly line: number } | undefined
  readonly suite?: { readonly name: string; readonly suite?: Task['suite'] } | undefined
  readonly file: { readonly filepath: string }
  result?: { state: string; errors?: TaskError[] | undefined } | undefined
}

function aboutTask({ name, suite, file, location }: Task): About {
  const names = [name]
  for (let at = suite; at !== undefined && at.name !== ''; at = at.suite) names.unshift(at.name)
  const path = relative(process.cwd(), file.filepath)
  return {
    name: names.join(' > '),
    place: location === undefined ? path : `${path}:${location.line}`,
    alone: ['npx', 'vitest', 'run', path, '-t', namePattern(names.join(' '))],
  }
}

/**
 * vitest gives the set-up of fixtures no time of its own but takes it off the test's. When that would
 * end first, the lab's set-up ends a little before it and says what the test waited for.
 */
function inTimeOf({ timeout }: Task, settings: FixtureSettings): FixtureSettings {
  const most = timeout > 0 ? timeout * 0.9 : Number.POSITIVE_INFINITY
  return { ...settings, setupTimeout: Math.min(settings.setupTimeout, most) }
}

/** Tells whether a test has failed since: one that is tried again keeps the errors of its first try. */
function failureWatch(task: Task): () => boolean {
  const errors = () => task.result?.errors?.length ?? 0
  const failed = () => task.result?.state === 'fail'
  const before = { errors: errors(), failed: failed() }
  return () => errors() > before.errors || (failed() && !before.failed)
}

/**
 * Adds an error to a test, as vitest does. Thrown from a fixture's cleanup vitest 4 shows it twice, and a
 * report is no failure of its own: it belongs below the one that there is.
 */
function addError(task: Task, name: string, message: string): void {
  const { result } = task
  if (result === undefined) return
  result.errors ??= []
  result.errors.push({ name, message, stack: '' })
}

function tell(task: Task, { report, problems }: Ending): void {
  for (const { name, message } of problems) addError(task, name, message)
  if (problems.length > 0 && task.result !== undefined) task.result.state = 'fail'
  if (report !== undefined) addError(task, 'The lab then', report)
}

/**
 * Says where a test's packets will be. vitest takes no annotation once a test has failed, and shows those that
 * it has then.
 */
async function annotateCapture(
  annotate: ((message: string, type: string) => Promise<unknown>) | undefined,
  when: CaptureWhen,
  about: About,
): Promise<void> {
  if (when === 'never' || annotate === undefined) return
  const condition = when === 'always' ? '' : ', if this test fails'
  await annotate(`packets: ${capturePath(about)}${condition}`, 'netrig')
}

/**
 * vitest's `test`, with a lab for each test that asks for one.
 *
 * @example
 * test('a reaches b', async ({ lab }) => {
 *   const [a, b] = lab.hosts('a', 'b')
 *   lab.link(a, b)
 *   await lab.start()
 *   await a.exec('ping', ['-c', '1', 'b'])
 * })
 */
export const test: TestAPI<LabFixtures> = base.extend<
  LabFixtures & { labSpare: undefined; labWatch: undefined }
>({
  labOptions: [{}, { injected: true }],

  // A keeper made ready for the next test would else stay until the worker's process ends, which in
  // the threads pool is vitest itself.
  labSpare: [
    // biome-ignore lint/correctness/noEmptyPattern: vitest wants a pattern, and nothing is needed
    async ({}, use) => {
      await use(undefined)
      await dropSpare()
    },
    { scope: 'worker' },
  ],

  labWatch: [
    async ({ task }, use) => {
      const watch = new UnstoppedWatch()
      await use(undefined)
      const problem = watch.end()
      if (problem !== undefined) tell(task, { report: undefined, problems: [problem] })
    },
    { auto: true },
  ],

  lab: async ({ task, annotate, labOptions, labSpare: _spare, labWatch: _watch }, use) => {
    const settings = readFixtureOptions(labOptions, 'labOptions')
    await annotateCapture(annotate, settings.capture, aboutTask(task))
    const hasFailed = failureWatch(task)
    const session = await Session.open(inTimeOf(task, settings), aboutTask(task))
    await use(session.lab)
    tell(task, await session.close(hasFailed() && task.fails !== true))
  },
})
