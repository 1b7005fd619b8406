import { readdirSync, readFileSync, readlinkSync } from 'node:fs'

/** The namespaces that a lab makes anew; /proc/PID/ns has them by these names. */
export const KINDS = ['net', 'pid', 'mnt', 'uts', 'ipc', 'user', 'cgroup'] as const

/** A process of the machine, as far as this user may see it. */
export interface Process {
  readonly pid: number
  readonly parent: number
  readonly state: string
  readonly name: string
  /** In clock ticks since the machine began: tells a pid that was used again. */
  readonly start: number
}

function read(path: string): string {
  try {
    return readFileSync(path, 'latin1')
  } catch {
    return ''
  }
}

export function processOf(pid: number): Process | undefined {
  const stat = read(`/proc/${pid}/stat`)
  // proc_pid_stat(5): the name may hold spaces and parentheses.
  const close = stat.lastIndexOf(')')
  if (close < 0) return undefined
  const fields = stat.slice(close + 2).split(' ')
  return {
    pid,
    parent: Number(fields[1]),
    state: fields[0] ?? '?',
    name: stat.slice(stat.indexOf('(') + 1, close),
    start: Number(fields[19]),
  }
}

/** All processes of the machine. */
export function processes(): Process[] {
  const pids = readdirSync('/proc').filter((name) => /^\d+$/.test(name))
  return pids.flatMap((pid) => processOf(Number(pid)) ?? [])
}

/** Everything that descends from a process, by the chain of parents; not the process itself. */
export function descendants(of: number, all: readonly Process[] = processes()): Process[] {
  const found: Process[] = []
  const inside = new Set([of])
  for (let more = true; more; ) {
    more = false
    for (const one of all) {
      if (inside.has(one.pid) || !inside.has(one.parent)) continue
      inside.add(one.pid)
      found.push(one)
      more = true
    }
  }
  return found
}

export function commandLine(pid: number): string {
  return read(`/proc/${pid}/cmdline`).replaceAll('\0', ' ').trim()
}

/** `net:[4026531840]` and so on; empty for a zombie, which has none any more. */
export function namespacesOf(pid: number): string[] {
  const found: string[] = []
  for (const kind of KINDS) {
    try {
      found.push(readlinkSync(`/proc/${pid}/ns/${kind}`))
    } catch {
      // gone, or another user's
    }
  }
  return found
}

/** Namespaces that a process keeps alive by an open file. */
export function namespacesHeld(pid: number): string[] {
  let fds: string[] = []
  try {
    fds = readdirSync(`/proc/${pid}/fd`)
  } catch {
    return []
  }
  return fds.flatMap((fd) => {
    try {
      const target = readlinkSync(`/proc/${pid}/fd/${fd}`)
      return /^(net|pid|mnt|uts|ipc|user|cgroup):\[\d+\]$/.test(target) ? [target] : []
    } catch {
      return []
    }
  })
}
