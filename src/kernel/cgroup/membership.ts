/** One line of /proc/PID/cgroup: where a process is in one hierarchy, cgroups(7). */
export interface Membership {
  /** 0 for the unified (v2) hierarchy. */
  readonly id: number
  /** v1 controllers of the hierarchy, `name=systemd` for one without; empty for v2. */
  readonly controllers: readonly string[]
  /** The group, as seen from the reader's cgroup namespace: it may begin with `/..`. */
  readonly path: string
}

/** Reads the text of /proc/self/cgroup. */
export function parseMembership(text: string): Membership[] {
  const memberships: Membership[] = []
  for (const line of text.split('\n')) {
    // The path may itself hold colons.
    const match = /^(\d+):([^:]*):(\/.*)$/.exec(line)
    if (match === null) continue
    const [, id, controllers, path] = match as unknown as [string, string, string, string]
    memberships.push({
      id: Number(id),
      controllers: controllers === '' ? [] : controllers.split(','),
      path,
    })
  }
  return memberships
}
