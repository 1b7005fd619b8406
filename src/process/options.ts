import { dirname, resolve } from 'node:path'
import type { Options } from 'execa'
import { asFile } from '../base/arguments.js'
import { NetrigError } from '../base/errors.js'
import { checkOptions } from '../base/suggest.js'
import type { ProgramSite } from './site.js'

/** The options of execa, but for those that make no sense inside a host. */
export type ExecOptions = Omit<Options, 'uid' | 'gid'>

/** What a call without options has: results and streams are those of execa's defaults. */
export type NoOptions = Record<never, never>

/** Options of execa 9 (types/arguments/options.d.ts). */
export const EXECA_OPTIONS = [
  ...['all', 'argv0', 'buffer', 'cancelSignal', 'cleanup', 'cwd', 'detached', 'encoding', 'env'],
  ...[
    'extendEnv',
    'forceKillAfterDelay',
    'gracefulCancel',
    'input',
    'inputFile',
    'ipc',
    'ipcInput',
  ],
  ...['killSignal', 'lines', 'localDir', 'maxBuffer', 'node', 'nodeOptions', 'nodePath'],
  ...['preferLocal', 'reject', 'serialization', 'shell', 'stderr', 'stdin', 'stdio', 'stdout'],
  ...['stripFinalNewline', 'timeout', 'verbose', 'windowsHide', 'windowsVerbatimArguments'],
] as const

/** What a call of execa is made of, so that `enter` puts the program into a host. */
export interface Call {
  /** Arguments of `enter` that say how to start the program. */
  readonly flags: readonly string[]
  /** What runs the person's file, for `node: true`. */
  readonly runner: readonly string[]
  /** The program that the kernel is asked for, where it is not the person's file. */
  readonly file: string | undefined
  /** What execa is told. */
  readonly options: Options
  /** The program's working folder in the host. */
  readonly cwd: string
  /** The program's PATH. */
  readonly path: string | undefined
}

/** A path that may be a file URL, seen from `cwd`. */
export function asPath(path: string | URL, cwd: string): string {
  return resolve(cwd, asFile(path))
}

function refuseIdentity(options: object, operation: string): void {
  for (const key of ['uid', 'gid']) {
    if (!(key in options) || options[key as keyof typeof options] === undefined) continue
    throw new NetrigError(
      'UNSUPPORTED',
      `${operation}: the option '${key}' has no effect in a host.`,
      {
        operation,
        object: key,
        hint: 'programs start as root of their host; run `setpriv` or `su` in it to become somebody else (where the host has more than one uid; see `npx netrig doctor`)',
      },
    )
  }
}

/**
 * Turns a person's options into those of the execa call that starts `enter`.
 *
 * @throws NetrigError `INVALID_OPTION` for an unknown option, `UNSUPPORTED` for uid and gid
 */
export function planCall(site: ProgramSite, given: ExecOptions, operation: string): Call {
  refuseIdentity(given, operation)
  checkOptions(given, EXECA_OPTIONS, operation)
  const { shell, node, nodePath, nodeOptions, argv0, ...options } = given as Options
  const cwd = given.cwd === undefined ? site.cwd : asPath(given.cwd, site.cwd)
  const flags = ['--cwd', cwd, '--fds', String(descriptorLimit(options))]
  if (argv0 !== undefined) flags.push('--argv0', argv0)
  const shellFile = shell === true ? '/bin/sh' : shell ? asFile(shell) : undefined
  if (shellFile !== undefined && !node) flags.push('--shell', shellFile)
  const env: Partial<Record<string, string>> = { ...site.env, ...options.env }
  const runner: string[] = []
  if (node) {
    const nodeFile = nodePath === undefined ? process.execPath : asPath(nodePath, cwd)
    runner.push(nodeFile, ...(nodeOptions ?? usualNodeOptions()))
    const path = pathOf(env, options)
    env.PATH = path === undefined ? dirname(nodeFile) : `${dirname(nodeFile)}:${path}`
  }
  return {
    flags,
    runner,
    file: runner[0] ?? shellFile,
    cwd,
    path: pathOf(env, options),
    options: {
      ...(node ? { ipc: true } : {}),
      ...options,
      env,
      // Where enter itself runs; the program's folder need not exist out here.
      cwd: '/',
      localDir: options.localDir === undefined ? cwd : asPath(options.localDir, cwd),
    },
  }
}

/**
 * From which number on descriptors are none of the program's: after those of `stdio`, one that `enter` waits
 * on (Leave) and one for messages (execa's `ipc`).
 */
function descriptorLimit({ stdio }: Options): number {
  return 2 + Math.max(3, Array.isArray(stdio) ? stdio.length : 0)
}

/** As execa: the flags of this process, without the debugger's port. */
function usualNodeOptions(): string[] {
  return process.execArgv.filter((option) => !option.startsWith('--inspect'))
}

function pathOf(
  env: Partial<Record<string, string>>,
  { extendEnv = true }: Options,
): string | undefined {
  return env.PATH ?? (extendEnv ? process.env.PATH : undefined)
}
