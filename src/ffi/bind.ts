import koffi from 'koffi'
import { SystemError } from './errno.js'

/** <sys/socket.h> */
const AF_INET = 2
const AF_INET6 = 10

const libc = koffi.load(null)
const bind = libc.func('bind', 'int', ['int', 'void *', 'uint32_t']) as unknown as (
  fd: number,
  address: Uint8Array,
  length: number,
) => number

/**
 * Gives an IPv4 or IPv6 socket its own address, as bind(2): Node binds only sockets that it made
 * itself, and those are in the machine's network.
 *
 * @param address 4 or 16 bytes, in network order
 * @param port 0 lets the kernel choose
 * @throws SystemError, `EADDRINUSE`, `EADDRNOTAVAIL`, `EACCES`
 */
export function bindInet(fd: number, address: Uint8Array, port: number): void {
  // struct sockaddr_in: family, port, address, padding. sockaddr_in6: family, port, flow, address, scope.
  const v4 = address.byteLength === 4
  const bytes = new Uint8Array(v4 ? 16 : 28)
  const view = new DataView(bytes.buffer)
  view.setUint16(0, v4 ? AF_INET : AF_INET6, true)
  view.setUint16(2, port)
  bytes.set(address, v4 ? 4 : 8)
  if (bind(fd, bytes, bytes.byteLength) !== 0) throw new SystemError('bind', koffi.errno())
}
