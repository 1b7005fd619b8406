import { readdirSync, readFileSync, statSync } from 'node:fs'
import { parseLabSockets } from './alive.js'
import { readKey, removeGroup } from './files.js'
import { cgroupSupport } from './plan.js'

const labGroup = /^netrig-([0-9a-f]{10})$/

/** A lab makes its groups before its socket: what is younger than this may be about to live. */
const youth = 5000

/** What {@link removeStale} may be told. */
export interface StaleOptions {
  /** Look through whole hierarchies instead of our own group and those above it. */
  readonly deep?: boolean
  /** Where to look; by default what the plan says. */
  readonly folders?: readonly string[]
  /** milliseconds; groups younger than this are left */
  readonly age?: number
  /** Only groups of these labs, by id. */
  readonly labs?: readonly string[]
}

/** Sub-groups of a folder; none where it cannot be read. */
function below(folder: string): string[] {
  try {
    return readdirSync(folder, { withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .map((entry) => entry.name)
  } catch {
    return []
  }
}

/** Walks down, bounded: a machine may hold thousands of groups. */
function everyFolder(tops: readonly string[]): string[] {
  const folders = [...tops]
  for (let at = 0; at < folders.length && folders.length < 5000; at += 1) {
    for (const name of below(folders[at]!)) {
      if (!labGroup.test(name)) folders.push(`${folders[at]}/${name}`)
    }
  }
  return folders
}

/**
 * Removes the control groups of labs that are no more: no socket, no process, not made just now. A
 * group with a process is never removed (the kernel says EBUSY), nor another user's (EACCES).
 *
 * @returns the folders that are gone
 */
export function removeStale(options: StaleOptions = {}): string[] {
  const tops = options.folders ?? cgroupSupport().searched
  const folders = options.deep ? everyFolder(tops) : tops
  const groups = [...new Set(folders)].flatMap((folder) =>
    below(folder).flatMap((name) => {
      const labId = labGroup.exec(name)?.[1]
      const wanted = labId !== undefined && (options.labs?.includes(labId) ?? true)
      return wanted ? [{ labId, path: `${folder}/${name}` }] : []
    }),
  )
  // A lab in another network namespace shows no socket here, but its keeper populates its v2 group.
  const populated = groups.filter(({ path }) => readKey(`${path}/cgroup.events`, 'populated') === 1)
  const sockets = parseLabSockets(readFileSync('/proc/net/unix', 'utf8'))
  const alive = new Set([...sockets, ...populated].map(({ labId }) => labId))
  return groups
    .filter(({ labId, path }) => !alive.has(labId) && ageOf(path) >= (options.age ?? youth))
    .map(({ path }) => path)
    .filter((path) => removeGroup(path))
}

/** Milliseconds since the group was made; one that is gone is no age. */
function ageOf(group: string): number {
  try {
    return Date.now() - statSync(group).ctimeMs
  } catch {
    return 0
  }
}
