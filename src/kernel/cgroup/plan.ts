import { dirname } from 'node:path'
import { findHierarchies, type Hierarchy } from './hierarchy.js'
import { parseMembership } from './membership.js'
import { parseMountInfo } from './mounts.js'
import { type CgroupProbe, machineProbe } from './probe.js'
import { maySettle, processesIn } from './settle.js'
import {
  type CgroupSupport,
  type LegacyController,
  type LimitName,
  legacyControllers,
  limitNames,
  type Place,
} from './support.js'

const delegate = 'systemd-run --user --scope -p Delegate=yes -- npm test'
const unmask =
  'docker run --security-opt writable-cgroups=true ... (Docker 28 and newer, cgroup v2), or --privileged'

/** Why a group cannot be written, and the command that mends it. */
function refused(probe: CgroupProbe, hierarchy: Hierarchy, folder: string, errno: string): Place {
  if (hierarchy.readOnly || errno === 'EROFS') {
    return { why: `${hierarchy.point} is mounted read-only, as in a container`, fix: unmask }
  }
  if (errno === 'ENOENT') return { why: `${folder} is not there, though this process is in it` }
  const why = `uid ${probe.uid} may not write ${folder} (${errno})`
  return hierarchy.version === 2
    ? { why: `${why}: it is not delegated`, fix: probe.systemd ? delegate : undefined }
    : { why: `${why}: cgroup v1 is not delegated to ordinary users` }
}

/** From the own group up to the top of what is mounted. */
function upwards(hierarchy: Hierarchy): string[] {
  const folders = [hierarchy.own]
  for (let at = hierarchy.own; at !== hierarchy.point && folders.length < 64; ) {
    at = dirname(at)
    folders.push(at)
  }
  return folders
}

function words(text: string | undefined): string[] {
  return (text ?? '').split(/\s+/).filter(Boolean)
}

interface UnifiedPlan {
  readonly place: Place
  readonly ready: readonly string[]
  readonly obtainable: readonly string[]
}

/**
 * Chooses v2's base. To put a process from our group into a new one the kernel wants cgroup.procs of
 * their common ancestor to be writable (cgroup_procs_write_permission), so only an unbroken run of
 * writable groups from our own upwards will do. Of these the one is taken that already hands most of
 * the limits' controllers to children, else the nearest.
 */
function planUnified(probe: CgroupProbe, hierarchy: Hierarchy): UnifiedPlan {
  let place: Place = { why: `${hierarchy.own} is threaded: it takes no groups of processes` }
  let ready: string[] = []
  let score = -1
  for (const folder of upwards(hierarchy)) {
    const errno = probe.refusal(folder) ?? probe.refusal(`${folder}/cgroup.procs`)
    if (errno !== undefined) {
      if (folder === hierarchy.own) place = refused(probe, hierarchy, folder, errno)
      break
    }
    // cgroup.type is missing in the hierarchy's true root only.
    if (
      words(probe.read(`${folder}/cgroup.type`))
        .join(' ')
        .includes('thread')
    )
      continue
    const handed = words(probe.read(`${folder}/cgroup.subtree_control`))
    const count = limitNames.filter((name) => handed.includes(name)).length
    if (count <= score) continue
    score = count
    ready = handed
    place = { base: folder }
  }
  if (place.base === undefined) return { place, ready: [], obtainable: [] }
  return { place, ready, obtainable: obtainable(probe, hierarchy, place.base, ready) }
}

/** Controllers that writing cgroup.subtree_control would add. */
function obtainable(
  probe: CgroupProbe,
  hierarchy: Hierarchy,
  base: string,
  ready: readonly string[],
): string[] {
  if (probe.refusal(`${base}/cgroup.subtree_control`) !== undefined) return []
  const missing = words(probe.read(`${base}/cgroup.controllers`)).filter(
    (name) => !ready.includes(name),
  )
  // Only the true root, which has no cgroup.events, may hold processes and hand controllers on.
  const free =
    probe.read(`${base}/cgroup.events`) === undefined ||
    processesIn(probe, base).length === 0 ||
    (base === hierarchy.own && maySettle(probe, base, base === hierarchy.point))
  return free ? missing : []
}

/** v1: groups are made in our own one, so that its limits hold for labs too. */
function planLegacy(
  probe: CgroupProbe,
  hierarchies: readonly Hierarchy[],
  controller: LegacyController,
): Place {
  const hierarchy = hierarchies.find((one) => one.controllers.includes(controller))
  if (hierarchy === undefined) {
    return { why: `no cgroup v1 hierarchy for ${controller} is mounted`, absent: true }
  }
  const errno = probe.refusal(hierarchy.own) ?? probe.refusal(`${hierarchy.own}/cgroup.procs`)
  return errno === undefined
    ? { base: hierarchy.own }
    : refused(probe, hierarchy, hierarchy.own, errno)
}

/**
 * Where may this process make control groups? Reads only; nothing is made or changed.
 *
 * @param probe the machine by default; tests give recorded ones
 */
export function planCgroups(probe: CgroupProbe = machineProbe()): CgroupSupport {
  const hierarchies = findHierarchies(
    parseMountInfo(probe.read('/proc/self/mountinfo') ?? ''),
    parseMembership(probe.read('/proc/self/cgroup') ?? ''),
  )
  const unified = hierarchies.find((one) => one.version === 2)
  const { place, ready, obtainable } =
    unified === undefined
      ? {
          place: {
            why: 'no cgroup v2 hierarchy that shows our own group is mounted',
            absent: true,
          },
          ready: [],
          obtainable: [],
        }
      : planUnified(probe, unified)
  const v1 = {} as Record<LegacyController, Place>
  for (const name of legacyControllers) v1[name] = planLegacy(probe, hierarchies, name)
  const source = {} as Record<LimitName, 1 | 2 | undefined>
  for (const name of limitNames) {
    if (ready.includes(name) || obtainable.includes(name)) source[name] = 2
    else source[name] = v1[name].base === undefined ? undefined : 1
  }
  return {
    v2: place,
    v1,
    ready,
    obtainable,
    source,
    limits: {
      memory: source.memory !== undefined,
      cpu: source.cpu !== undefined,
      pids: source.pids !== undefined,
    },
    freeze: place.base !== undefined,
    searched: [...new Set(hierarchies.flatMap(upwards))],
  }
}

let known: CgroupSupport | undefined

/** The machine's plan, made once per process; `again` makes it anew (our own group may have moved). */
export function cgroupSupport(again = false): CgroupSupport {
  if (known === undefined || again) known = planCgroups()
  return known
}
