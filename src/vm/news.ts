import { NetrigError, type NetrigErrorCode } from '../base/errors.js'
import { errnoName, errnoText } from '../ffi/errno.js'

/** enum vm_word in native/vm/common/words.h, enum stage in native/common/launch.h */
const FAILED = 'F'.charCodeAt(0)
const EXITED = 'E'.charCodeAt(0)
const LOST = 'L'.charCodeAt(0)
const TYPED = 'T'.charCodeAt(0)
/** sizeof(struct vm_message) */
const SIZE = 24
const STAGE_CWD = 3
const STAGE_EXEC = 4

/** Why a command did not run in a vm. */
export interface StartFailure {
  readonly errno: number
  readonly stage: number
}

/** What became of a command, as vm-enter told it. */
export interface News {
  readonly failure?: StartFailure
  /** The vm ended before the command did. */
  readonly lost?: boolean
  /** The vm's time when the command had ended, in ns. */
  readonly time?: bigint
}

/**
 * Among these news is a key by which somebody wants the command to end. Each of them was written at once,
 * and a pipe keeps what is that small together.
 */
export function wantsEnd(news: Uint8Array): boolean {
  const view = new DataView(news.buffer, news.byteOffset, news.byteLength)
  for (let at = 0; at + SIZE <= news.byteLength; at += SIZE) {
    if (view.getUint32(at, true) === TYPED) return true
  }
  return false
}

/** Reads what vm-enter has written: one `struct vm_message` after the other. */
export function readNews(bytes: Uint8Array): News {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  let news: News = {}
  for (let at = 0; at + SIZE <= bytes.byteLength; at += SIZE) {
    const word = view.getUint32(at, true)
    if (word === LOST) news = { lost: true }
    if (word === EXITED) news = { time: view.getBigUint64(at + 16, true) }
    if (word !== FAILED) continue
    news = { failure: { errno: view.getInt32(at + 4, true), stage: view.getUint32(at + 8, true) } }
  }
  return news
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
