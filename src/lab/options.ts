import { statSync } from 'node:fs'
import { NetrigError } from '../base/errors.js'
import type { Seed } from '../base/random.js'
import { checkOptions } from '../base/suggest.js'
import type { EngineChoice } from '../wire/choice.js'
import {
  type HostOptions as HostLimits,
  type ParsedHostOptions,
  parseHostOptions,
} from './plan/host-options.js'

/** What a lab may be told. */
export interface LabOptions {
  /** How messages and `netrig ps` call it. */
  readonly name?: string | undefined
  /**
   * Decides every chance in the lab, e.g. which packets a lossy link loses. Unless given that of
   * NETRIG_SEED in the environment, which in a universe of `netrig vm --seed` is the universe's;
   * else 0.
   */
  readonly seed?: Seed | undefined
  /** What carries links with conditions; `auto` takes netem where the kernel has it and can do them, else the relay. */
  readonly engine?: EngineChoice | undefined
  /** Gives each subnet a unique local IPv6 prefix as well. Off unless asked for. */
  readonly ipv6?: boolean | undefined
  /** `lab.stop()` throws, and a fixture's test fails, when a fault of the lab touched no packet. */
  readonly mustBite?: boolean | undefined
  /** Working folder of programs, visible in every host; that of this process unless given. */
  readonly cwd?: string | undefined
}

/** What a host or router may be told. */
export interface HostOptions extends HostLimits {
  /** Environment variables of its programs, beside those of this process. */
  readonly env?: Readonly<Record<string, string>> | undefined
}

const LAB_OPTIONS = ['name', 'seed', 'engine', 'ipv6', 'mustBite', 'cwd'] as const
const ENGINES = ['auto', 'netem', 'relay'] as const

function wrong(operation: string, option: string, sentence: string, hint?: string): NetrigError {
  return new NetrigError('INVALID_OPTION', `${operation}: ${option} ${sentence}`, {
    operation,
    object: option,
    hint,
  })
}

/** @throws NetrigError INVALID_OPTION, UNSUPPORTED */
export function checkLabOptions(options: LabOptions): void {
  checkOptions(options, LAB_OPTIONS, 'createLab')
  const { name, engine } = options
  if (name !== undefined && (typeof name !== 'string' || name === '' || name.length > 200)) {
    throw wrong('createLab', 'name', 'is to be a text of 1 to 200 characters.')
  }
  checkFolder(options.cwd)
  if (engine !== undefined && !ENGINES.includes(engine)) {
    throw wrong('createLab', 'engine', `'${String(engine)}' is none of ${ENGINES.join(', ')}.`)
  }
}

function checkFolder(cwd: string | undefined): void {
  if (cwd === undefined || statSync(cwd, { throwIfNoEntry: false })?.isDirectory()) return
  throw new NetrigError('CWD_NOT_FOUND', `createLab: there is no folder '${cwd}'.`, {
    operation: 'createLab',
    object: 'cwd',
    hint: 'programs of the lab run there; leave it out, and they run where this process does',
  })
}

/** A host's options, checked. */
export interface HostSettings extends ParsedHostOptions {
  readonly env: Readonly<Record<string, string>>
}

/** @throws NetrigError INVALID_OPTION, INVALID_UNIT */
export function readHostOptions(
  name: string,
  options: HostOptions | undefined,
  operation: string,
): HostSettings {
  const { env = {}, ...limits } = options ?? {}
  for (const [key, value] of Object.entries(env)) {
    if (
      typeof value === 'string' &&
      key !== '' &&
      !key.includes('=') &&
      !`${key}${value}`.includes('\0')
    )
      continue
    throw wrong(
      operation,
      'env',
      `of host ${name}: variable '${key}' is to be a text under a name without '='.`,
    )
  }
  return { ...parseHostOptions(name, limits, operation, ['env']), env: { ...env } }
}
