import { readFileSync } from 'node:fs'

/** The pid of a pidfd's process as this process counts (proc_pid_fdinfo(5): the `Pid:` line). */
export function machinePid(pidfd: number): number {
  const text = readFileSync(`/proc/self/fdinfo/${pidfd}`, 'utf8')
  return Number(/^Pid:\s+(-?\d+)/m.exec(text)?.[1] ?? -1)
}
