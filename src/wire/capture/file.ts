import { closeSync, constants, fstatSync, openSync } from 'node:fs'
import { resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { NetrigError } from '../../base/errors.js'

/** Files that captures of this process write, so that no two write one. */
const written = new Set<string>()

/** A file that a capture writes. */
export interface CaptureFile {
  readonly path: string
  readonly fd: number
  /** Closes it; it may be written by another capture then. */
  close(): void
}

const HINTS: Readonly<Record<string, string>> = {
  EISDIR: 'name a file in it',
  ENOENT: 'make its folder first',
  ENOTDIR: 'a part of its path is a file, not a folder',
  EACCES: 'this user may not write there',
  EROFS: 'it lies on a file system that is read-only',
}

/**
 * Opens the file of a capture, with the rights of this process; what was in it is lost.
 *
 * @param operation as errors name it
 * @throws NetrigError INVALID_OPTION, CAPTURE_FAILED with the errno
 */
export function openCaptureFile(file: string | URL, operation: string): CaptureFile {
  const path = pathOf(file, operation)
  let fd: number
  try {
    // Opening a FIFO would else wait for its reader, and this process with it.
    const flags = constants.O_WRONLY | constants.O_CREAT | constants.O_NONBLOCK
    fd = openSync(path, flags, 0o666)
  } catch (cause) {
    const { code = '' } = cause as NodeJS.ErrnoException
    throw new NetrigError(
      'CAPTURE_FAILED',
      `${operation}: '${path}' cannot be written (${code}).`,
      {
        operation,
        object: path,
        errno: code,
        hint: HINTS[code],
        cause,
      },
    )
  }
  const about = fstatSync(fd)
  const identity = `${about.dev}:${about.ino}`
  if (about.isFile() && !written.has(identity)) return claim(path, fd, identity)
  closeSync(fd)
  throw new NetrigError(
    'CAPTURE_FAILED',
    about.isFile()
      ? `${operation}: another capture writes '${path}' already.`
      : `${operation}: '${path}' is no regular file.`,
    { operation, object: path, hint: 'give each capture a file of its own' },
  )
}

/** A file that was opened already, as one without a name. */
export function adoptCaptureFile(fd: number, path: string): CaptureFile {
  return claim(path, fd, `fd ${fd}`)
}

function claim(path: string, fd: number, identity: string): CaptureFile {
  written.add(identity)
  let open = true
  return {
    path,
    fd,
    close: () => {
      if (!open) return
      open = false
      written.delete(identity)
      closeSync(fd)
    },
  }
}

function pathOf(file: unknown, operation: string): string {
  try {
    if (file instanceof URL) return fileURLToPath(file)
    if (typeof file === 'string' && file !== '' && !file.includes('\0')) return resolve(file)
  } catch {
    // a URL of another kind
  }
  throw new NetrigError('INVALID_OPTION', `${operation}: file is to be a path or a file: URL.`, {
    operation,
    object: 'file',
    hint: `write e.g. ${operation}({ file: 'a.pcapng' })`,
  })
}
