import { nativePath } from '../base/native.js'
import type { Machine } from './machine.js'
import type { VmPlan } from './options.js'

/** What a command in a vm may be told beside its words. */
export interface EnterOptions {
  readonly cwd?: string | undefined
  readonly argv0?: string | undefined
  readonly shell?: string | undefined
  /** A descriptor of vm-enter's to which it writes what became of the command. */
  readonly news: number
  /** vm-enter leaves it to us to say on stderr why a command did not run. */
  readonly hush?: boolean
}

/** The words that start a command in a vm; the command's own follow. */
export function enterWords(machine: Machine, options: EnterOptions): string[] {
  const words = [nativePath('vm-enter'), '--vm', machine.socketName]
  for (const name of ['cwd', 'argv0', 'shell'] as const) {
    const value = options[name]
    if (value !== undefined) words.push(`--${name}`, value)
  }
  words.push(options.hush ? '--hush' : '--news', String(options.news))
  // What a run sees must not depend on where its output goes.
  if (machine.plan.seed !== undefined) words.push('--stdio', 'lazy')
  return [...words, '--']
}

/** What a command's environment has over that of this process. */
export function vmEnv(plan: VmPlan): Readonly<Record<string, string | undefined>> {
  return {
    NETRIG_VM: '1',
    ...(plan.time === undefined ? {} : { NETRIG_VIRTUAL_TIME: plan.time }),
    ...(plan.seed === undefined ? {} : { NETRIG_SEED: String(plan.seed) }),
    ...plan.env,
  }
}
