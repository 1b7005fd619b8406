import type { Membership } from './membership.js'
import type { Mount } from './mounts.js'

/** A hierarchy of control groups as this process sees it. */
export interface Hierarchy {
  readonly version: 1 | 2
  /** v1 controllers; empty for v2, whose controllers are read from cgroup.controllers. */
  readonly controllers: readonly string[]
  /** Where it is mounted. */
  readonly point: string
  /** The folder of the group this process is in, at or below `point`. */
  readonly own: string
  /** The mount says `ro`: true in a container without privileges. */
  readonly readOnly: boolean
}

/** The folder of a group, or undefined where the mount does not reach it. */
function folderOf(mount: Mount, path: string): string | undefined {
  // A mount or a group outside the cgroup namespace is shown with a leading `/..`: out of reach.
  if (mount.root.startsWith('/..') || path.startsWith('/..')) return undefined
  if (mount.root === '/') return path === '/' ? mount.point : mount.point + path
  if (path === mount.root) return mount.point
  if (path.startsWith(`${mount.root}/`)) return mount.point + path.slice(mount.root.length)
  return undefined
}

/**
 * Finds the hierarchies in which this process can see its own group: all of v1's, v2's, or both
 * (hybrid). Where one is mounted twice the writable mount wins, then the later one.
 */
export function findHierarchies(
  mounts: readonly Mount[],
  memberships: readonly Membership[],
): Hierarchy[] {
  const found = new Map<number, Hierarchy>()
  for (const mount of mounts) {
    const version = mount.type === 'cgroup2' ? 2 : mount.type === 'cgroup' ? 1 : undefined
    if (version === undefined) continue
    const membership = memberships.find((one) =>
      version === 2
        ? one.id === 0
        : one.id !== 0 &&
          one.controllers.length > 0 &&
          one.controllers.every((name) => mount.superOptions.includes(name)),
    )
    if (membership === undefined) continue
    const own = folderOf(mount, membership.path)
    if (own === undefined) continue
    const readOnly = mount.options.includes('ro') || mount.superOptions.includes('ro')
    if (readOnly && found.get(membership.id)?.readOnly === false) continue
    found.set(membership.id, {
      version,
      controllers: membership.controllers,
      point: mount.point,
      own,
      readOnly,
    })
  }
  return [...found.values()]
}
