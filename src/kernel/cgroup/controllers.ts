import { NetrigError } from '../../base/errors.js'
import { makeGroup, readControl, refusalOf, tryControl } from './files.js'

/** Where the runner's own processes go when their group has to hand controllers to children. */
const runnerGroup = 'netrig-runner'

function handed(group: string): string[] {
  return (readControl(`${group}/cgroup.subtree_control`) ?? '').split(/\s+/).filter(Boolean)
}

/** Moves every process of a group one level down; a process may fork while we do, hence the rounds. */
function settle(group: string): void {
  const below = `${group}/${runnerGroup}`
  makeGroup(below)
  for (let round = 0; round < 5; round += 1) {
    const pids = (readControl(`${group}/cgroup.procs`) ?? '').split('\n').filter(Boolean)
    if (pids.length === 0) return
    for (const pid of pids) tryControl(`${below}/cgroup.procs`, pid)
  }
}

/**
 * Hands controllers to the children of a v2 group. A group that holds processes may not (EBUSY), save
 * the root; where the plan found that its processes are ours they are moved one level down first.
 *
 * @throws NetrigError `UNSUPPORTED` when the kernel goes on refusing
 */
export function handControllers(group: string, names: readonly string[]): void {
  const missing = names.filter((name) => !handed(group).includes(name))
  if (missing.length === 0) return
  const file = `${group}/cgroup.subtree_control`
  const order = missing.map((name) => `+${name}`).join(' ')
  let errno = refusalOf(file, order)
  if (errno === 'EBUSY') {
    settle(group)
    errno = refusalOf(file, order)
  }
  if (errno === undefined) return
  throw new NetrigError(
    'UNSUPPORTED',
    `${group} would not hand ${missing.join(', ')} to its children.`,
    {
      operation: 'write',
      object: file,
      errno,
      hint: 'run under `systemd-run --user --scope -p Delegate=yes -- npm test`, or as root',
    },
  )
}
