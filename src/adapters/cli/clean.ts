import { removeStale } from '../../kernel/cgroup/index.js'
import { endLab, findLab, type LabEntry, listLabs } from '../../sandbox/registry.js'
import type { Command, Surroundings } from './command.js'
import { readOptions } from './options.js'

/** Why a lab is to be ended; undefined when it is to be left. */
export function reasonToEnd(lab: LabEntry, all: boolean, uid: number): string | undefined {
  if (lab.uid !== uid) return undefined
  if (lab.info?.kept) return 'kept'
  if (!lab.runnerAlive) return `its runner ${lab.runner} is gone`
  return all ? `running, of process ${lab.runner}` : undefined
}

/** Ends one lab and says so; false when it would not. */
async function end(lab: LabEntry, reason: string, around: Surroundings): Promise<boolean> {
  const title = lab.info === undefined ? lab.labId : `${lab.labId} ${lab.info.name}`
  try {
    await endLab(lab.name)
    around.out(`ended ${title} (${reason})`)
    return true
  } catch (error) {
    around.err(`netrig: ${(error as Error).message}`)
    return false
  }
}

/** `netrig clean` */
export const clean: Command = {
  name: 'clean',
  synopsis: '[LAB] [--all]',
  summary: 'ends kept labs and removes what dead ones left',
  details: `Without LAB: ends this user's labs that were kept or whose runner is gone, and removes control
groups of dead labs. With LAB, a name or an id: ends that one, even if it is running.

  --all    ends this user's running labs too, and says which: tests in progress will fail

Exit code 0 when all of it is gone, 1 when something would not go.`,
  async run(args, around) {
    const { switches, words } = readOptions(args, { all: 'boolean' }, 1)
    const [wanted] = words
    if (wanted !== undefined) return (await end(await findLab(wanted), 'asked for', around)) ? 0 : 1
    const uid = process.geteuid?.() ?? 0
    let good = true
    let left = 0
    let ended = 0
    for (const lab of await listLabs()) {
      const reason = reasonToEnd(lab, switches.has('all'), uid)
      if (reason === undefined) left += lab.uid === uid ? 1 : 0
      else if (await end(lab, reason, around)) ended += 1
      else good = false
    }
    const groups = removeStale({ deep: true })
    for (const folder of groups) around.out(`removed ${folder}`)
    if (good && ended === 0 && groups.length === 0) around.out('Nothing to clean.')
    if (left > 0) {
      around.out(
        `${left === 1 ? 'One lab runs' : `${left} labs run`} on: netrig clean --all ends running labs.`,
      )
    }
    return good ? 0 : 1
  },
}
