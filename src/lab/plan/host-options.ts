import { NetrigError } from '../../base/errors.js'
import { checkOptions } from '../../base/suggest.js'
import { parseSize, type Size } from '../../base/units.js'

/** What a test may say about a host or router. */
export interface HostOptions {
  /** Most memory that its processes may use together, e.g. `'64MiB'`. */
  readonly memory?: Size | undefined
  /** Processors' time: 0.5 is half of one, 2 is two. */
  readonly cpu?: number | undefined
  /** Most processes and threads at a time. */
  readonly pids?: number | undefined
  /** Kernel settings of its network, e.g. `{ 'net.ipv4.tcp_syn_retries': 2 }`. */
  readonly sysctls?: Readonly<Record<string, string | number>> | undefined
}

export const HOST_OPTIONS = ['memory', 'cpu', 'pids', 'sysctls'] as const

/** {@link HostOptions} as numbers: bytes, processors, processes. */
export interface ParsedHostOptions {
  readonly memory?: number
  readonly cpu?: number
  readonly pids?: number
  /** Each as its path below /proc/sys, e.g. `net/ipv4/tcp_syn_retries`. */
  readonly sysctls: readonly { readonly path: string; readonly value: string }[]
}

/**
 * The cgroup's quota for a period of 100 ms must be 1 ms at least (min_cfs_quota_period in the
 * kernel's sched/core.c).
 */
const LEAST_CPU = 0.01
/** Enough for a program's runtime to start; less is a mistake in the unit. */
const LEAST_MEMORY = 2 ** 20

/**
 * Reads the options of a host or router.
 *
 * @param alsoKnown options of the same object that others read
 * @throws NetrigError INVALID_OPTION, INVALID_UNIT
 */
export function parseHostOptions(
  name: string,
  options: HostOptions | undefined,
  operation: string,
  alsoKnown: readonly string[] = [],
): ParsedHostOptions {
  checkOptions(options, [...HOST_OPTIONS, ...alsoKnown], operation)
  const given: HostOptions = options ?? {}
  const object = `host ${name}`
  const refuse = (option: string, value: unknown, right: string) =>
    new NetrigError(
      'INVALID_OPTION',
      `${operation}: ${option} ${String(value)} of ${object} cannot be: write ${right}.`,
      { operation, object: option },
    )
  let memory: number | undefined
  if (given.memory !== undefined) {
    memory = parseSize(given.memory, `${operation}: memory of ${object}`)
    if (memory < LEAST_MEMORY) throw refuse('memory', given.memory, "1MiB or more, e.g. '64MiB'")
  }
  if (given.cpu !== undefined && !(Number.isFinite(given.cpu) && given.cpu >= LEAST_CPU)) {
    throw refuse('cpu', given.cpu, `a number of processors from ${LEAST_CPU} up, e.g. 0.5`)
  }
  if (given.pids !== undefined && !(Number.isInteger(given.pids) && given.pids >= 1)) {
    throw refuse('pids', given.pids, 'a whole number of processes from 1 up, e.g. 50')
  }
  return {
    ...(memory === undefined ? {} : { memory }),
    ...(given.cpu === undefined ? {} : { cpu: given.cpu }),
    ...(given.pids === undefined ? {} : { pids: given.pids }),
    sysctls: Object.entries(given.sysctls ?? {}).map(([key, value]) =>
      parseSysctl(key, value, refuse),
    ),
  }
}

function parseSysctl(
  key: string,
  value: unknown,
  refuse: (option: string, value: unknown, right: string) => NetrigError,
): { path: string; value: string } {
  // As sysctl(8): dots or slashes, the first one decides; 'net/ipv4/conf/eth0.5/forwarding' needs it.
  const path = /^[^./]*\//.test(key) ? key : key.replaceAll('.', '/').replace(/^\//, '')
  const parts = path.split('/')
  const sound = parts.every((part) => /^[\w.-]+$/.test(part) && part !== '.' && part !== '..')
  if (parts[0] !== 'net' || parts.length < 2 || !sound) {
    throw refuse(
      'sysctl',
      `'${key}'`,
      "one of the network's, e.g. 'net.ipv4.tcp_syn_retries' (others belong to the whole machine)",
    )
  }
  if (typeof value !== 'string' && !(typeof value === 'number' && Number.isFinite(value))) {
    throw refuse(`sysctl '${key}'`, value, 'a text or a number')
  }
  return { path, value: String(value) }
}
