import { setTimeout as sleep } from 'node:timers/promises'
import type { Project } from './project.js'

/** Milliseconds in which a supervisor ends what its runner left: twice what it promises. */
const PATIENCE = 2_000

interface Entry {
  readonly id: string
  readonly name: string | null
  readonly uid: number
  readonly runnerAlive: boolean
  readonly kept: boolean | null
  readonly cwd: string | null
  readonly hosts: readonly { readonly name: string }[] | null
}

async function labs(project: Project): Promise<Entry[]> {
  const { code, output } = await project.netrig('ps', '--json')
  if (code !== 0) throw new Error(output)
  return JSON.parse(output) as Entry[]
}

/** The labs of a project that were kept. */
export async function keptOf(project: Project): Promise<Entry[]> {
  return (await labs(project)).filter(({ kept, cwd }) => kept === true && cwd === project.folder)
}

/** What a run of the project that is over left behind, kept labs aside, once it had its time to go. */
export async function remainsOf(project: Project): Promise<Entry[]> {
  const uid = process.getuid?.()
  // A spare lab says nothing of itself: it may be of this project, if its runner is gone.
  const suspects = (await labs(project)).filter(
    (lab) =>
      lab.uid === uid &&
      !lab.runnerAlive &&
      lab.kept !== true &&
      (lab.cwd === null || lab.cwd === project.folder),
  )
  const end = Date.now() + PATIENCE
  for (let left = suspects; ; ) {
    if (left.length === 0 || Date.now() > end) return left
    await sleep(50)
    // What has come since is of somebody else who runs labs on this machine.
    const now = new Set((await labs(project)).map(({ id }) => id))
    left = left.filter(({ id }) => now.has(id))
  }
}
