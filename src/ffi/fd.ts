import { SystemError } from './errno.js'
import { close, fcntl, lastErrno } from './libc.js'

/**
 * Closes a descriptor that came by way of this folder. What `fs` opened `fs.closeSync` must close, and
 * nothing else: a worker thread of Node closes at its end what `fs` opened there and did not close, and by
 * then the number is somebody else's (seen as an abort of vitest's threads pool).
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

/** asm-generic/fcntl.h, linux/fcntl.h */
const F_GETFL = 3
const F_SETFL = 4
const F_DUPFD_CLOEXEC = 1030
const O_NONBLOCK = 0o4000

/**
 * Another descriptor of the same file, closed on exec; {@link closeFd} closes it.
 *
 * @throws SystemError, `EMFILE` when no more files may be open
 */
export function copyFd(fd: number): number {
  const copy = fcntl(fd, F_DUPFD_CLOEXEC, 0)
  if (copy < 0) throw new SystemError('fcntl', lastErrno())
  return copy
}

/**
 * Makes reads and writes on this descriptor answer `EAGAIN` instead of waiting. Holds for all copies
 * of it, not for the other end of a pair.
 *
 * @throws SystemError
 */
export function setNonBlocking(fd: number): void {
  const flags = fcntl(fd, F_GETFL, 0)
  if (flags < 0 || fcntl(fd, F_SETFL, flags | O_NONBLOCK) < 0) {
    throw new SystemError('fcntl', lastErrno())
  }
}
