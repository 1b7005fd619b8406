import koffi from 'koffi'
import { SystemError } from './errno.js'
import { closeFd } from './fd.js'

/** <sys/socket.h>; SOCK_NONBLOCK and SOCK_CLOEXEC as asm-generic/fcntl.h's flags */
const AF_UNIX = 1
const SOCK_STREAM = 1
const SOCK_NONBLOCK = 0o4000
const SOCK_CLOEXEC = 0o2000000

/** sizeof sun_path, unix(7) */
const NAME_SPACE = 108
const ENAMETOOLONG = 36

const libc = koffi.load(null)
const socket = libc.func('socket', 'int', ['int', 'int', 'int']) as unknown as (
  domain: number,
  type: number,
  protocol: number,
) => number
const connect = libc.func('connect', 'int', ['int', 'void *', 'uint32_t']) as unknown as (
  fd: number,
  address: Uint8Array,
  length: number,
) => number

/**
 * Connects to an abstract Unix stream socket; never waits. Node's own net.connect cannot do it in all
 * versions: Node 20 pads the name with NULs to the whole of sun_path, and to the kernel that is
 * another name (Node 24 does not).
 *
 * @param name without the leading NUL
 * @returns a nonblocking descriptor, the caller's to close
 * @throws SystemError `ECONNREFUSED` when nobody listens, `EAGAIN` when too many wait already
 */
export function connectAbstract(name: string): number {
  const text = Buffer.from(name)
  if (text.byteLength + 1 > NAME_SPACE) throw new SystemError('connect', ENAMETOOLONG)
  // struct sockaddr_un: the family in the machine's order, which is little endian wherever netrig runs.
  const address = Buffer.concat([Buffer.from([AF_UNIX, 0, 0]), text])
  const fd = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0)
  if (fd < 0) throw new SystemError('socket', koffi.errno())
  if (connect(fd, address, address.byteLength) !== 0) {
    const errno = koffi.errno()
    closeFd(fd)
    throw new SystemError('connect', errno)
  }
  return fd
}
