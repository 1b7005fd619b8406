import { formatDuration, formatSize } from '../base/format.js'
import { shellLine } from '../base/shell.js'
import { planVm, type VmPlan } from './options.js'

/**
 * The line that runs a command in a universe again.
 *
 * @param words options of `netrig vm` beside the seed
 */
export function replayLine(
  seed: number | bigint,
  words: readonly string[],
  command: readonly string[],
): string {
  return shellLine(['npx', 'netrig', 'vm', '--seed', `${seed}`, ...words, '--', ...command])
}

/** A plan's options as words of `netrig vm`, without those that it has by itself, and without the seed. */
export function planWords(plan: VmPlan): string[] {
  const usual = planVm({ seed: 0 }, 'replay')
  const words: string[] = []
  if (plan.memory !== usual.memory) words.push('--memory', formatSize(plan.memory))
  if (plan.clock !== undefined && plan.clock !== usual.clock) {
    words.push('--clock', `${plan.clock / 1_000_000n}`)
  }
  if (plan.watchdog === undefined) words.push('--watchdog', 'off')
  else if (plan.watchdog !== usual.watchdog) words.push('--watchdog', formatDuration(plan.watchdog))
  for (const [name, value] of Object.entries(plan.env)) {
    if (value !== undefined) words.push('--env', `${name}=${value}`)
  }
  return words
}

/** What a universe's command finds in its environment, for reports of failures in it. */
export function replayEnv(plan: VmPlan, command: readonly string[]): Record<string, string> {
  if (plan.seed === undefined) return {}
  return { NETRIG_REPLAY: replayLine(plan.seed, planWords(plan), command) }
}
