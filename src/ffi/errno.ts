import { constants } from 'node:os'
import { getSystemErrorMap } from 'node:util'

/** Numbers that the kernel answers with and Node does not name (include/linux/errno.h, UAPI errno.h). */
const KERNEL_ONLY: readonly (readonly [string, number])[] = [
  ['EUSERS', 87],
  ['EPFNOSUPPORT', 96],
  ['ETOOMANYREFS', 109],
  ['EUCLEAN', 117],
  ['ENOTSUPP', 524],
]

const NAMES = new Map<number, string>(KERNEL_ONLY.map(([name, errno]) => [errno, name]))
for (const [name, errno] of Object.entries(constants.errno)) {
  // EWOULDBLOCK and ENOTSUP are second names of EAGAIN and EOPNOTSUPP: people look for the usual one.
  if (name !== 'EWOULDBLOCK' && name !== 'ENOTSUP') NAMES.set(errno, name)
}

/** The name of an error number of Linux, `EPERM` for 1; `errno 4242` where it has none. */
export function errnoName(errno: number): string {
  return NAMES.get(errno) ?? `errno ${errno}`
}

/** What an error number of Linux means, in a few words: `operation not permitted` for 1. */
export function errnoText(errno: number): string {
  return getSystemErrorMap().get(-errno)?.[1] ?? errnoName(errno)
}

/** A system call that failed: `code` as Node's own system errors have it, `errno` positive. */
export class SystemError extends Error {
  override readonly name = 'SystemError'
  readonly code: string
  readonly errno: number
  readonly syscall: string

  constructor(syscall: string, errno: number) {
    super(`${syscall}: ${errnoName(errno)}, ${errnoText(errno)}`)
    this.syscall = syscall
    this.errno = errno
    this.code = errnoName(errno)
  }
}
