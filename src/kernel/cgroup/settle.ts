import type { CgroupProbe } from './probe.js'

/** The pids in a group's own cgroup.procs; 0 stands for a process outside the pid namespace. */
export function processesIn(probe: CgroupProbe, group: string): number[] {
  const text = probe.read(`${group}/cgroup.procs`) ?? ''
  return text.split('\n').filter(Boolean).map(Number)
}

/** A process's parent; the command in field 2 of proc_pid_stat(5) may hold spaces and parentheses. */
function parentOf(probe: CgroupProbe, pid: number): number {
  const stat = probe.read(`/proc/${pid}/stat`) ?? ''
  return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1] ?? 0)
}

/**
 * May the processes of `group` be moved one level down, so that its controllers can be handed to
 * children (cgroups(7), "no internal processes")? Only where they are all ours: one tree of
 * processes that this one hangs from, as in a delegated scope, or the whole of a container.
 */
export function maySettle(probe: CgroupProbe, group: string, isNamespaceRoot: boolean): boolean {
  const pids = processesIn(probe, group)
  if (pids.includes(0)) return false
  if (isNamespaceRoot) return true
  const members = new Set(pids)
  const roots = pids.filter((pid) => !members.has(parentOf(probe, pid)))
  if (roots.length !== 1) return false
  let pid = probe.pid
  // Depth bounded: a chain of parents is short, and a pid reused meanwhile must not loop us.
  for (let depth = 0; depth < 64 && pid > 0; depth += 1) {
    if (pid === roots[0]) return true
    pid = parentOf(probe, pid)
  }
  return false
}
