import { SystemError } from './errno.js'
import { close, lastErrno } from './libc.js'

/**
 * Closes a descriptor.
 *
 * @throws SystemError with `EBADF` when it is not open: closing twice is a fault of the caller, since
 * the number may by then belong to somebody else.
 */
export function closeFd(fd: number): void {
  if (close(fd) === 0) return
  const errno = lastErrno()
  // EINTR and EIO: Linux has released the number all the same (close(2)).
  if (errno === EBADF) throw new SystemError('close', errno)
}

/** errno.h */
const EBADF = 9
