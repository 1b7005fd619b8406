import { type ChildProcess, spawn } from 'node:child_process'
import type { NetrigError } from '../base/errors.js'
import { enterWords, vmEnv } from './enter.js'
import type { Machine } from './machine.js'

/** How a command in a vm ended. */
export interface CommandEnd {
  /** Exit code; undefined when a signal ended it, or the vm did. */
  readonly status: number | undefined
  readonly signal: NodeJS.Signals | undefined
  /** What became of the vm, if it ended before the command. */
  readonly failure: NetrigError | undefined
}

/** Starts a command in a vm with plain child_process: the command line needs neither execa nor koffi. */
export function startCommand(
  machine: Machine,
  command: readonly string[],
  cwd: string,
  stdio: ('inherit' | 'ignore' | 'pipe')[],
): ChildProcess {
  const [enter, ...words] = enterWords(machine, { cwd })
  return spawn(enter!, [...words, ...command], {
    stdio,
    cwd: '/',
    env: { ...process.env, ...vmEnv(machine.plan) },
  })
}

/** Waits for a command's end, and for its output to have come. */
export async function endOf(machine: Machine, child: ChildProcess): Promise<CommandEnd> {
  const [code, signal] = await new Promise<[number | null, NodeJS.Signals | null]>(
    (resolve, reject) => {
      child.once('error', reject)
      child.once('close', (...end) => resolve(end))
    },
  )
  // The vm's end closes the connection, which ends vm-enter by SIGKILL, in no particular order.
  const lost = signal === 'SIGKILL' && (await endsSoon(machine))
  const failure = lost || machine.over ? await machine.ended : undefined
  return {
    status: failure === undefined ? (code ?? undefined) : undefined,
    signal: failure === undefined ? (signal ?? undefined) : undefined,
    failure,
  }
}

/** Time in which the news of a kernel's end may be under way, in ms. */
const NEWS = 100

async function endsSoon(machine: Machine): Promise<boolean> {
  if (machine.over) return true
  return await Promise.race([
    machine.ended.then(() => true),
    new Promise<boolean>((resolve) => setTimeout(() => resolve(false), NEWS)),
  ])
}
