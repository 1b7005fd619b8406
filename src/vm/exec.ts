import { readSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import { execa, type Options, type ResultPromise } from 'execa'
import { asFile } from '../base/arguments.js'
import { NetrigError } from '../base/errors.js'
import { Prefix } from '../base/prefix.js'
import { awaitInstead, type Named, nameCommand } from '../base/result.js'
import { checkOptions } from '../base/suggest.js'
import { verboseWithout } from '../base/verbose.js'
import { closeFd } from '../ffi/fd.js'
import { memoryFile } from '../ffi/memfd.js'
import { enterWords, vmEnv } from './enter.js'
import type { Machine } from './machine.js'
import { readNews, startError } from './news.js'

/** The options of execa, but for those that cannot reach into another kernel. */
export type VmExecOptions = Omit<
  Options,
  'uid' | 'gid' | 'ipc' | 'ipcInput' | 'gracefulCancel' | 'serialization' | 'detached'
>

/** What a call without options has. */
export type NoVmOptions = Record<never, never>

const OPTIONS = [
  ...['all', 'argv0', 'buffer', 'cancelSignal', 'cleanup', 'cwd', 'encoding', 'env', 'extendEnv'],
  ...['forceKillAfterDelay', 'input', 'inputFile', 'killSignal', 'lines', 'localDir', 'maxBuffer'],
  ...['node', 'nodeOptions', 'nodePath', 'preferLocal', 'reject', 'shell', 'stderr', 'stdin'],
  ...['stdio', 'stdout', 'stripFinalNewline', 'timeout', 'verbose'],
] as const

/** Where the news go: behind the command's own three. */
const NEWS_FD = 3

/** The command's three descriptors, and ours. */
function stdioOf({ stdio, stdin, stdout, stderr }: Options, news: number): unknown[] {
  const own = Array.isArray(stdio)
    ? stdio
    : stdio === undefined
      ? [stdin, stdout, stderr]
      : [stdio, stdio, stdio]
  if (own.length > NEWS_FD) {
    throw new NetrigError(
      'UNSUPPORTED',
      'vm.exec: a command in a vm has three descriptors: more cannot be handed into another kernel.',
      { operation: 'vm.exec', object: 'stdio' },
    )
  }
  return [...own, undefined, undefined, undefined].slice(0, NEWS_FD).concat([news])
}

/** The news file from its start: vm-enter's writes have moved the offset that it shares with us. */
function readAll(news: number): Uint8Array {
  const bytes = new Uint8Array(256)
  return bytes.subarray(0, readSync(news, bytes, 0, bytes.byteLength, 0))
}

interface Outcome extends Named {
  failed?: boolean
}

/**
 * Runs a command in a vm, as execa does on the machine.
 *
 * @throws NetrigError `INVALID_OPTION`, `UNSUPPORTED`; everything else comes by the promise
 */
export function execInVm(
  machine: Machine,
  file: string | URL,
  args: readonly string[],
  given: VmExecOptions,
): ResultPromise {
  checkOptions(given, OPTIONS, 'vm.exec')
  const { shell, node, nodePath, nodeOptions, argv0, ...rest } = given as Options
  const cwd = resolve(given.cwd === undefined ? '.' : asFile(given.cwd))
  const runner = node
    ? [nodePath === undefined ? process.execPath : asFile(nodePath), ...(nodeOptions ?? [])]
    : []
  const path = rest.env?.PATH ?? process.env.PATH
  const prefix = new Prefix([
    ...enterWords(machine, {
      cwd,
      argv0,
      shell: shell === true ? '/bin/sh' : shell ? asFile(shell) : undefined,
      news: NEWS_FD,
      hush: true,
    }),
    ...runner,
  ])
  const news = memoryFile('netrig-news')
  const { stdin: _in, stdout: _out, stderr: _err, stdio: _all, ...others } = rest
  let subprocess: ResultPromise
  try {
    const options = {
      ...others,
      stdio: stdioOf(rest, news) as never,
      env: {
        ...vmEnv(machine.plan),
        ...rest.env,
        ...(node ? { PATH: `${dirname(runner[0]!)}${path ? `:${path}` : ''}` } : {}),
      },
      // Where vm-enter itself runs.
      cwd: '/',
      localDir: rest.localDir === undefined ? cwd : resolve(cwd, asFile(rest.localDir)),
      ...(given.verbose === undefined ? {} : { verbose: verboseWithout(prefix, given.verbose) }),
    } as Options
    const [enter, ...words] = prefix.words
    subprocess = execa(enter!, [...words, asFile(file), ...args], options) as ResultPromise
  } catch (cause) {
    closeFd(news)
    if (!(cause instanceof Error) || cause instanceof NetrigError) throw cause
    throw new NetrigError('INVALID_OPTION', `vm.exec: ${cause.message}`, {
      operation: 'vm.exec',
      cause,
    })
  }
  const judge = async (outcome: unknown): Promise<unknown> => {
    if (typeof outcome !== 'object' || outcome === null) return outcome
    const about = outcome as Outcome
    nameCommand(about, { prefix, cwd, fds: NEWS_FD })
    if (about.failed !== true) return outcome
    const { failure, lost } = readNews(readAll(news))
    if (failure !== undefined) return startError(runner[0] ?? asFile(file), cwd, failure)
    const loss = await machine.lossOf(lost === true)
    if (loss !== undefined) return loss
    const memory = machine.outOfMemory
    if (memory !== undefined) about.message = `${about.message}\n${memory}`
    return outcome
  }
  const promise = subprocess
    .then(judge, async (error: unknown) => {
      throw await judge(error)
    })
    .finally(() => closeFd(news))
  awaitInstead(subprocess, promise)
  return subprocess
}
