import { type ChildProcess, spawn } from 'node:child_process'
import type { Readable } from 'node:stream'
import { clearTimeout, setTimeout } from 'node:timers'
import type { NetrigError } from '../base/errors.js'
import { enterWords, vmEnv } from './enter.js'
import type { Machine } from './machine.js'
import { readNews, wantsEnd } from './news.js'
import { replayEnv } from './replay.js'

/** How a command in a vm ended. */
export interface CommandEnd {
  /** Exit code; undefined when a signal ended it, or the vm did. */
  readonly status: number | undefined
  readonly signal: NodeJS.Signals | undefined
  /** What became of the vm, if it ended before the command. */
  readonly failure: NetrigError | undefined
  /** The vm's time when the command had ended, in ns; undefined when it did not run. */
  readonly time: bigint | undefined
}

/** Behind the command's own three. */
const NEWS_FD = 3

/** Starts a command in a vm with plain child_process: the command line needs neither execa nor koffi. */
export function startCommand(
  machine: Machine,
  command: readonly string[],
  cwd: string,
  stdio: readonly ('inherit' | 'ignore' | 'pipe')[],
): ChildProcess {
  const [enter, ...words] = enterWords(machine, { cwd, news: NEWS_FD })
  return spawn(enter!, [...words, ...command], {
    stdio: [...stdio, 'pipe'],
    cwd: '/',
    env: { ...process.env, ...vmEnv(machine.plan), ...replayEnv(machine.plan, command) },
  })
}

/** For vm-enter to find its vm gone and put the terminal right, in ms. */
const PATIENCE = 1000

/** Waits for a command's end, and for its output to have come. */
export async function endOf(machine: Machine, child: ChildProcess): Promise<CommandEnd> {
  const end = machine.begin()
  let limit: NodeJS.Timeout | undefined
  let over = false
  // It may still be waiting for a kernel that did not come up.
  void machine.ended.then(() => {
    // The usual order: a timer then would keep this process alive for nothing.
    if (over) return
    child.kill('SIGTERM')
    limit = setTimeout(() => child.kill('SIGKILL'), PATIENCE)
  })
  const news: Buffer[] = []
  ;(child.stdio[NEWS_FD] as Readable).on('data', (chunk: Buffer) => {
    news.push(chunk)
    if (wantsEnd(chunk)) machine.expectNotice()
  })
  const [code, signal] = await new Promise<[number | null, NodeJS.Signals | null]>(
    (resolve, reject) => {
      child.once('error', reject)
      child.once('close', (...end) => resolve(end))
    },
  ).finally(() => {
    over = true
    clearTimeout(limit)
    end()
  })
  const { lost, time } = readNews(Buffer.concat(news))
  const failure = await machine.lossOf(lost === true)
  return {
    status: failure === undefined ? (code ?? undefined) : undefined,
    signal: failure === undefined ? (signal ?? undefined) : undefined,
    failure,
    time,
  }
}
