/** One line of /proc/PID/mountinfo, proc_pid_mountinfo(5). */
export interface Mount {
  /** The folder inside the file system that is the mount's root: for cgroups, a group's path. */
  readonly root: string
  readonly point: string
  /** Options of this mount (`ro`, `nosuid`, ...), not of the file system. */
  readonly options: readonly string[]
  readonly type: string
  readonly source: string
  /** Options of the file system: for cgroup v1 the controllers, for v2 `nsdelegate` and such. */
  readonly superOptions: readonly string[]
}

/** The kernel writes space, tab, newline and backslash in paths as octal (mangle_path in fs/seq_file.c). */
function unmangle(path: string): string {
  return path.replace(/\\([0-7]{3})/g, (_, octal: string) =>
    String.fromCharCode(Number.parseInt(octal, 8)),
  )
}

/** Reads the text of /proc/self/mountinfo; lines that are not of its form are left out. */
export function parseMountInfo(text: string): Mount[] {
  const mounts: Mount[] = []
  for (const line of text.split('\n')) {
    const fields = line.split(' ')
    // Between the sixth field and the dash stand any number of optional ones (shared:N, master:N).
    const dash = fields.indexOf('-', 6)
    const [, , , root, point, options] = fields
    const [type, source, superOptions] = fields.slice(dash + 1)
    if (dash < 0 || root === undefined || point === undefined || type === undefined) continue
    mounts.push({
      root: unmangle(root),
      point: unmangle(point),
      options: (options ?? '').split(','),
      type,
      source: unmangle(source ?? ''),
      superOptions: (superOptions ?? '').split(','),
    })
  }
  return mounts
}
