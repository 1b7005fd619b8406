import { existsSync } from 'node:fs'
import { delimiter } from 'node:path'
import { NetrigError, type NetrigErrorCode } from '../base/errors.js'
import { errnoName, errnoText } from '../ffi/errno.js'
import { Stage } from '../sandbox/keeper/protocol.js'
import type { StartFailure } from './tags.js'

/** Where a program was to run. */
export interface Attempt {
  readonly host: string
  /** What the kernel was asked for. */
  readonly file: string
  readonly cwd: string
  readonly path: string | undefined
}

/** execvp(3) without a PATH (confstr _CS_PATH). */
const DEFAULT_PATH = '/bin:/usr/bin'

function notFound({ host, file, cwd, path }: Attempt): { sentence: string; hint: string } {
  if (!file.includes('/')) {
    const folders = new Set((path ?? DEFAULT_PATH).split(delimiter).map((folder) => folder || cwd))
    return {
      sentence: `host ${host} has no program '${file}': looked in ${[...folders].join(', ')}.`,
      hint: 'hosts see the programs of this machine: install it here, or give its path',
    }
  }
  if (existsSync(file)) {
    return {
      sentence: `host ${host} cannot start '${file}': the file is there, but what it needs to run is not.`,
      hint: 'look at the interpreter in its first line (#!), or with `file` at the loader of a binary',
    }
  }
  return {
    sentence: `host ${host} has no program '${file}'${file.startsWith('/') ? '' : ` in ${cwd}`}.`,
    hint: 'a host has its own /tmp, /run and /dev/shm; all other files are those of the machine',
  }
}

function describe(
  attempt: Attempt,
  { errno, stage }: StartFailure,
): [NetrigErrorCode, string, (string | undefined)?] {
  const { host, file, cwd } = attempt
  const name = errnoName(errno)
  if (stage === Stage.Cwd) {
    const absent = name === 'ENOENT' ? 'does not exist' : `cannot be entered (${errnoText(errno)})`
    return [
      'CWD_NOT_FOUND',
      `host ${host} cannot run '${file}': the working folder ${cwd} ${absent} there.`,
      'a host has its own /tmp, /run and /dev/shm; folders of the machine below them are shown if they exist when a program starts',
    ]
  }
  if (stage === Stage.Host) return ['HOST_DOWN', `Host ${host} is not running.`]
  if (stage === Stage.Fork) {
    const hint =
      'the host is at its limit of processes: raise `pids`, or look for programs that do not end'
    return [
      'PROGRAM_FAILED',
      `host ${host} cannot start another process (${errnoText(errno)}).`,
      hint,
    ]
  }
  if (stage !== Stage.Exec)
    return ['KERNEL', `host ${host} cannot run '${file}': ${errnoText(errno)}.`]
  if (name === 'ENOENT' || name === 'ENOTDIR' || name === 'ELOOP' || name === 'ENAMETOOLONG') {
    const { sentence, hint } = notFound(attempt)
    return ['PROGRAM_NOT_FOUND', sentence, hint]
  }
  const hint = name === 'EACCES' ? `it may lack the execute bit: chmod +x ${file}` : undefined
  const sentence = `host ${host} cannot execute '${file}': ${errnoText(errno)}.`
  return ['PROGRAM_NOT_EXECUTABLE', sentence, hint]
}

/** Why a program did not run. */
export function startError(attempt: Attempt, failure: StartFailure): NetrigError {
  const [code, sentence, hint] = describe(attempt, failure)
  return new NetrigError(code, sentence, {
    operation: 'host.exec',
    object: `host ${attempt.host}`,
    errno: errnoName(failure.errno),
    hint,
  })
}
