import { onTestFinished } from 'vitest'
import { createLab, type Lab } from '../../../src/index.js'
import type { LabOptions } from '../../../src/lab/options.js'
import { dropSpare } from '../../../src/sandbox/holder.js'
import { commandLine, descendants, type Process, processes } from './processes.js'
import { cleaning, Traces } from './traces.js'

/** How long the end of things may take that the kernel does at once, in ms: ten times what it takes. */
export const PROMPT = 2000

/** A lab of this process, of which nothing may be left when its test has finished. */
export async function aLab(options: LabOptions = {}): Promise<Lab> {
  await dropSpare()
  const traces = new Traces(process.pid)
  const lab = await createLab(options)
  onTestFinished(async () => {
    traces.look()
    await lab.stop()
    await dropSpare()
    const begin = performance.now()
    traces.end()
    const { left } = await cleaning(traces, begin, PROMPT, false)
    if (left.length > 0) throw new Error(`left after ${PROMPT} ms:\n  ${left.join('\n  ')}`)
  })
  return lab
}

export interface Keepers {
  readonly supervisor: Process
  readonly keeper: Process
  readonly hosts: readonly Process[]
  readonly relay: Process | undefined
}

/** The processes that hold a lab, as the machine counts. */
export function keepersOf(lab: Lab): Keepers {
  const all = processes()
  const supervisor = all.find(
    ({ pid, name }) => name === 'netrig-lab' && commandLine(pid).includes(`/${lab.id}`),
  )
  if (supervisor === undefined) throw new Error(`lab ${lab.id} has no supervisor`)
  const below = descendants(supervisor.pid, all)
  const keeper = below.find(({ name }) => name === 'netrig-keeper')
  if (keeper === undefined) throw new Error(`lab ${lab.id} has no keeper`)
  return {
    supervisor,
    keeper,
    hosts: below.filter(({ name }) => name === 'netrig-host'),
    relay: below.find(({ name, parent }) => name === 'relay' && parent === keeper.pid),
  }
}

/** Polls until something holds; how long it took, in ms. */
export async function eventually(what: string, holds: () => unknown, limit = 10_000) {
  const begin = performance.now()
  while (!(await holds())) {
    if (performance.now() - begin > limit) throw new Error(`not within ${limit} ms: ${what}`)
    await new Promise((resolve) => setTimeout(resolve, 5))
  }
  return performance.now() - begin
}

/** What somebody's call ended with: the code of its error, or what it returned. */
export async function outcome(call: () => unknown): Promise<unknown> {
  try {
    return await call()
  } catch (error) {
    return (error as { code?: string }).code ?? error
  }
}
