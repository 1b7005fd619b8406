import { NetrigError } from '../../base/errors.js'
import { type CgroupSupport, type LimitName, limitNames } from './support.js'

/** What a host may use at most. */
export interface CgroupLimits {
  /** bytes, swap included where the kernel counts it */
  readonly memory?: number | undefined
  /** processors: 0.5 is half of one */
  readonly cpu?: number | undefined
  /** processes and threads of the host's programs */
  readonly pids?: number | undefined
}

/** One value for one file of a group. `optional`: kernels built without it go without. */
export interface Setting {
  readonly file: string
  readonly value: string
  readonly optional?: boolean
}

/** Microseconds, the kernel's default for cpu.max and cpu.cfs_period_us (100 ms). */
const cpuPeriod = 100_000
/** Microseconds: a quota below 1 ms is EINVAL (min_cfs_quota_period in kernel/sched/core.c). */
const leastQuota = 1000

function cpuQuota(cores: number): number {
  return Math.max(leastQuota, Math.round(cores * cpuPeriod))
}

/** The files that hold a limit, Documentation/admin-guide/cgroup-v2.rst and cgroup-v1/. */
export function settingsFor(name: LimitName, value: number, version: 1 | 2): Setting[] {
  switch (name) {
    case 'memory':
      // Without a limit on swap a host would page instead of meeting its limit.
      return version === 2
        ? [
            { file: 'memory.max', value: String(value) },
            { file: 'memory.swap.max', value: '0', optional: true },
          ]
        : [
            // memory may never be above memory+swap: raising wants this one first, lowering last.
            { file: 'memory.memsw.limit_in_bytes', value: String(value), optional: true },
            { file: 'memory.limit_in_bytes', value: String(value) },
            { file: 'memory.memsw.limit_in_bytes', value: String(value), optional: true },
          ]
    case 'cpu':
      return version === 2
        ? [{ file: 'cpu.max', value: `${cpuQuota(value)} ${cpuPeriod}` }]
        : [
            { file: 'cpu.cfs_period_us', value: String(cpuPeriod) },
            { file: 'cpu.cfs_quota_us', value: String(cpuQuota(value)) },
          ]
    case 'pids':
      // One more, for the host's own PID 1.
      return [{ file: 'pids.max', value: String(value + 1) }]
  }
}

/** The limits that are asked for, each a positive number. */
export function limitsAsked(limits: CgroupLimits): [LimitName, number][] {
  const asked: [LimitName, number][] = []
  for (const name of limitNames) {
    const value = limits[name]
    if (value === undefined) continue
    const whole = name === 'cpu' || Number.isSafeInteger(value)
    if (!(value > 0) || !Number.isFinite(value) || !whole) {
      throw new NetrigError(
        'INVALID_OPTION',
        `The limit ${name}: ${value} is not a positive number.`,
        {
          operation: 'cgroup.host',
          object: name,
          hint: name === 'cpu' ? 'processors, e.g. 0.5' : 'a whole number',
        },
      )
    }
    asked.push([name, value])
  }
  return asked
}

/**
 * Which hierarchy carries this limit.
 *
 * @throws NetrigError `UNSUPPORTED` where none does, saying why and how to get it
 */
export function limitSource(support: CgroupSupport, name: LimitName): 1 | 2 {
  const source = support.source[name]
  if (source !== undefined) return source
  const unified =
    support.v2.base === undefined
      ? support.v2.why
      : `${support.v2.base} has no controller '${name}' to hand on`
  throw new NetrigError(
    'UNSUPPORTED',
    `A limit on ${name} needs a control group with that controller, and there is none: ${unified}; ${support.v1[name].why}.`,
    { operation: 'cgroup.host', object: name, hint: limitFix(support, name) ?? 'run as root' },
  )
}

/** The command that would get a limit; undefined where only root can. */
export function limitFix(support: CgroupSupport, name: LimitName): string | undefined {
  const legacy = support.v1[name]
  // While v1 holds a controller v2 cannot have it.
  if (legacy.absent !== true) return legacy.fix
  return support.v2.base === undefined ? support.v2.fix : undefined
}
