import { constants } from 'node:os'
import type { Duration, Size } from '../../base/units.js'
import { endOf, startCommand } from '../../vm/command.js'
import { Machine } from '../../vm/machine.js'
import { planVm, type VmOptions } from '../../vm/options.js'
import { type Command, type Surroundings, UsageError } from './command.js'
import { readOptions } from './options.js'
import { PassedSignals } from './vm-signals.js'

const KINDS = {
  'virtual-time': 'optional',
  memory: 'string',
  env: 'list',
  seed: 'string',
  clock: 'string',
  out: 'string',
  watchdog: 'string',
} as const

/** What was asked of `netrig vm`. */
export interface VmRequest {
  readonly options: VmOptions
  readonly command: readonly string[]
}

/**
 * Reads the arguments of `netrig vm`.
 *
 * @throws UsageError
 */
export function readVm(args: readonly string[]): VmRequest {
  const dashes = args.indexOf('--')
  const before = dashes < 0 ? args : args.slice(0, dashes)
  const command = dashes < 0 ? [] : args.slice(dashes + 1)
  const { switches, values, lists, words } = readOptions(before, KINDS, Number.POSITIVE_INFINITY)
  if (words.length > 0 || command.length === 0) {
    const typed = [...words, ...command].join(' ') || 'npm test'
    throw new UsageError(`the command stands behind two dashes: netrig vm -- ${typed}`)
  }
  const time = values.get('virtual-time') ?? (switches.has('virtual-time') ? 'full' : undefined)
  if (time !== undefined && time !== 'full' && time !== 'idle') {
    throw new UsageError(`--virtual-time is full or idle, not '${time}'`)
  }
  const env = Object.fromEntries((lists.get('env') ?? []).map(readVariable))
  const watchdog = values.get('watchdog')
  const [memory, seed, clock, out] = ['memory', 'seed', 'clock', 'out'].map((key) =>
    values.get(key),
  )
  return {
    options: {
      env,
      ...(time === undefined ? {} : { virtualTime: time }),
      ...(memory === undefined ? {} : { memory: memory as Size }),
      ...(seed === undefined ? {} : { seed }),
      ...(clock === undefined ? {} : { clock }),
      ...(out === undefined ? {} : { out }),
      ...(watchdog === undefined ? {} : { watchdog: readWatchdog(watchdog) }),
    },
    command,
  }
}

function readVariable(text: string): [string, string] {
  const at = text.indexOf('=')
  if (at > 0) return [text.slice(0, at), text.slice(at + 1)]
  throw new UsageError(`--env takes NAME=VALUE, not '${text}'`)
}

/** Seconds unless it has a unit. */
function readWatchdog(text: string): Duration | false {
  if (text === 'off') return false
  return (/^\d+(\.\d+)?$/.test(text) ? `${text}s` : text) as Duration
}

/** Runs the command and waits for it: its exit code, or the signal that ended it. */
async function run(
  { options, command }: VmRequest,
  around: Surroundings,
): Promise<number | NodeJS.Signals> {
  const plan = planVm(options, 'netrig vm')
  if (options.seed === 'random') around.err(`netrig: vm: --seed ${plan.seed}`)
  const machine = new Machine(plan)
  // A seeded run knows no terminal: what is typed, and when, would be chance.
  const deaf = plan.seed !== undefined && process.stdin.isTTY
  const stdin = deaf ? 'ignore' : 'inherit'
  const child = startCommand(machine, command, around.cwd, [stdin, 'inherit', 'inherit'])
  const signals = new PassedSignals(machine, child)
  try {
    const { status, signal, failure } = await endOf(machine, child)
    if (failure !== undefined) {
      if (signals.wish === undefined) throw failure
      // As it was wished for; by what means is said all the same.
      around.err(`netrig: ${failure.message}`)
      return signals.wish
    }
    const memory = machine.outOfMemory
    if (memory !== undefined && status !== 0) around.err(`netrig: ${memory}`)
    await machine.end()
    return signal ?? status ?? 1
  } finally {
    await machine.kill()
    signals.done()
  }
}

/** `netrig vm` */
export const vm: Command = {
  name: 'vm',
  synopsis: '[OPTION...] -- COMMAND [ARGUMENT...]',
  summary: "runs a command in netrig's own kernel",
  details: `The command has this terminal, environment, user, working folder and files; its exit code is netrig's.
/tmp, /run and /dev/shm are its own. All that it started ends with it.

  --virtual-time[=full|idle]   time jumps whenever all wait. full: nothing but waiting takes time;
                               idle: what is computed takes as long as it takes
  --memory 2G                  of the vm, taken from the machine as it is used
  --env NAME=VALUE             once more for each
  --seed N                     same seed, same universe: chance, time and files are fixed; or random
  --clock TIME                 when virtual time begins: 2026-01-01T00:00:00Z
  --out DIR                    with a seed: a folder whose files are copied out at the end
  --watchdog 60                seconds for which virtual time may stand still; or off

  netrig vm --virtual-time -- npx vitest run`,
  async run(args, around) {
    const end = await run(readVm(args), around)
    if (typeof end === 'number') return end
    around.die(end)
    // As shells say it, should the signal be one that does not end this process.
    return 128 + constants.signals[end]
  },
}
