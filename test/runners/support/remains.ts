import { setTimeout as sleep } from 'node:timers/promises'
import type { Project } from './project.js'

/** Milliseconds in which a supervisor ends what its runner left: twice what it promises. */
const PATIENCE = 2_000

interface Entry {
  readonly id: string
  readonly name: string | null
  readonly runnerAlive: boolean
  readonly kept: boolean | null
  readonly cwd: string | null
  readonly hosts: readonly { readonly name: string }[] | null
}

/** The labs of a project that is not running any more: kept ones, and what should not be there. */
export async function labsOf(project: Project): Promise<Entry[]> {
  const { code, output } = await project.netrig('ps', '--json')
  if (code !== 0) throw new Error(output)
  // A lab without words is a spare one: it may be of this project, if its runner is gone.
  return (JSON.parse(output) as Entry[]).filter(
    (lab) => !lab.runnerAlive && (lab.cwd === null || lab.cwd === project.folder),
  )
}

/** What runs of the project left behind, kept labs aside, once it had its time to go. */
export async function remainsOf(project: Project): Promise<Entry[]> {
  const end = Date.now() + PATIENCE
  for (;;) {
    const left = (await labsOf(project)).filter(({ kept }) => kept !== true)
    if (left.length === 0 || Date.now() > end) return left
    await sleep(50)
  }
}
