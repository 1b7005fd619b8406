import { readSync } from 'node:fs'
import { NetrigError, type NetrigErrorCode } from '../base/errors.js'
import { errnoName, errnoText } from '../ffi/errno.js'

/** enum vm_word and enum vm_stage in native/vm/common/words.h */
const FAILED = 'F'.charCodeAt(0)
const STAGE_CWD = 3
const STAGE_EXEC = 4

/** Why a command did not run in a vm. */
export interface StartFailure {
  readonly errno: number
  readonly stage: number
}

/** What vm-enter wrote into its news file; undefined when the command ran, or nothing is known. */
export function readNews(fd: number): StartFailure | undefined {
  const bytes = new Uint8Array(12)
  if (readSync(fd, bytes, 0, bytes.byteLength, 0) < bytes.byteLength) return undefined
  const view = new DataView(bytes.buffer)
  if (view.getUint32(0, true) !== FAILED) return undefined
  return { errno: view.getInt32(4, true), stage: view.getUint32(8, true) }
}

function describe(
  file: string,
  cwd: string,
  { errno, stage }: StartFailure,
): [NetrigErrorCode, string, string?] {
  const own = 'a vm has its own /tmp, /run and /dev/shm'
  if (stage === STAGE_CWD) {
    return [
      'CWD_NOT_FOUND',
      `the vm cannot run '${file}': the working folder ${cwd} cannot be entered there (${errnoText(errno)}).`,
      own,
    ]
  }
  if (stage !== STAGE_EXEC) {
    return ['PROGRAM_FAILED', `the vm cannot run '${file}': ${errnoText(errno)}.`]
  }
  const name = errnoName(errno)
  if (name === 'ENOENT' || name === 'ENOTDIR' || name === 'ELOOP' || name === 'ENAMETOOLONG') {
    return file.includes('/')
      ? [
          'PROGRAM_NOT_FOUND',
          `the vm has no program '${file}', or not the interpreter that it names.`,
          own,
        ]
      : ['PROGRAM_NOT_FOUND', `the vm has no program '${file}' in PATH.`]
  }
  const hint = name === 'EACCES' ? `it may lack the execute bit: chmod +x ${file}` : undefined
  const sentence = `the vm cannot execute '${file}': ${errnoText(errno)}.`
  return hint === undefined
    ? ['PROGRAM_NOT_EXECUTABLE', sentence]
    : ['PROGRAM_NOT_EXECUTABLE', sentence, hint]
}

/** The error of a command that did not run. */
export function startError(file: string, cwd: string, failure: StartFailure): NetrigError {
  const [code, sentence, hint] = describe(file, cwd, failure)
  return new NetrigError(code, sentence, {
    operation: 'vm.exec',
    object: file,
    errno: errnoName(failure.errno),
    hint,
  })
}
