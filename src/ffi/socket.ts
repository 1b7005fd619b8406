import { SystemError } from './errno.js'
import { closeFd } from './fd.js'
import * as libc from './libc.js'
import {
  header,
  MAX_FDS,
  prepareReceive,
  prepareSend,
  receivedFds,
  receivedFlags,
} from './msghdr.js'

/** <sys/socket.h>, <errno.h> */
const AF_UNIX = 1
const SOCK_STREAM = 1
const SOCK_SEQPACKET = 5
const SOCK_CLOEXEC = 0o2000000
const MSG_CTRUNC = 0x8
const MSG_TRUNC = 0x20
const MSG_DONTWAIT = 0x40
const MSG_NOSIGNAL = 0x4000
const MSG_CMSG_CLOEXEC = 0x40000000
const EINTR = 4
const EAGAIN = 11
const EINVAL = 22
const EMSGSIZE = 90

/** Two Unix sockets joined to each other, closed on exec; each end is the caller's to close. */
export function socketPair(type: 'stream' | 'seqpacket'): [number, number] {
  const pair = new Int32Array(2)
  const kind = (type === 'stream' ? SOCK_STREAM : SOCK_SEQPACKET) | SOCK_CLOEXEC
  if (libc.socketpair(AF_UNIX, kind, 0, pair) !== 0) {
    throw new SystemError('socketpair', libc.lastErrno())
  }
  return [pair[0]!, pair[1]!]
}

/**
 * Sends all of `bytes`, and copies of `fds` with its first byte (at most 253, and then at least one
 * byte). Waits on a blocking socket whose peer is slow: keep messages small.
 *
 * @throws SystemError, `EPIPE` when the peer is gone, `EAGAIN` when a nonblocking socket is full.
 */
export function sendMessage(fd: number, bytes: Uint8Array, fds: readonly number[] = []): void {
  // A stream drops descriptors that come without data, in silence.
  if (fds.length > MAX_FDS || (fds.length > 0 && bytes.byteLength === 0)) {
    throw new SystemError('sendmsg', EINVAL)
  }
  let rest = bytes
  let riders = fds
  for (;;) {
    prepareSend(rest, riders)
    const sent = libc.sendmsg(fd, header, MSG_NOSIGNAL)
    if (sent < 0) {
      const errno = libc.lastErrno()
      if (errno === EINTR) continue
      throw new SystemError('sendmsg', errno)
    }
    if (sent >= rest.byteLength) return
    rest = rest.subarray(sent)
    riders = []
  }
}

/** What came over a socket; the descriptors are the receiver's to close. */
export interface Received {
  readonly bytes: Uint8Array
  readonly fds: number[]
}

/**
 * Takes what is there, up to `size` bytes, without waiting: `'empty'` when nothing is, `'closed'` at
 * the end of the stream (a message of no bytes looks the same). Descriptors come closed on exec.
 *
 * @throws SystemError; `EMSGSIZE` when a packet or its descriptors did not fit (those that did are
 * closed again), as the number of open files may not allow more.
 */
export function receiveMessage(fd: number, size: number): Received | 'empty' | 'closed' {
  const bytes = new Uint8Array(new ArrayBuffer(size))
  for (;;) {
    prepareReceive(bytes)
    const length = libc.recvmsg(fd, header, MSG_DONTWAIT | MSG_CMSG_CLOEXEC)
    if (length < 0) {
      const errno = libc.lastErrno()
      if (errno === EINTR) continue
      if (errno === EAGAIN) return 'empty'
      throw new SystemError('recvmsg', errno)
    }
    const fds = receivedFds()
    if ((receivedFlags() & (MSG_TRUNC | MSG_CTRUNC)) !== 0) {
      for (const each of fds) closeFd(each)
      throw new SystemError('recvmsg', EMSGSIZE)
    }
    return length === 0 && fds.length === 0 ? 'closed' : { bytes: bytes.subarray(0, length), fds }
  }
}

/** Sends one datagram, as `send(2)`. */
export function sendDatagram(fd: number, bytes: Uint8Array): void {
  for (;;) {
    if (libc.send(fd, bytes, bytes.byteLength, MSG_NOSIGNAL) >= 0) return
    const errno = libc.lastErrno()
    if (errno !== EINTR) throw new SystemError('send', errno)
  }
}

/**
 * Takes one datagram into `into` without waiting and tells its length, `'empty'` when there is none.
 *
 * @throws SystemError; `EMSGSIZE` when the datagram was longer than `into`.
 */
export function receiveDatagram(fd: number, into: Uint8Array): number | 'empty' {
  for (;;) {
    const length = libc.recv(fd, into, into.byteLength, MSG_DONTWAIT | MSG_TRUNC)
    if (length >= 0) {
      if (length > into.byteLength) throw new SystemError('recv', EMSGSIZE)
      return length
    }
    const errno = libc.lastErrno()
    if (errno === EAGAIN) return 'empty'
    if (errno !== EINTR) throw new SystemError('recv', errno)
  }
}

/** Sets a socket option that is an `int`. */
export function setSocketOption(fd: number, level: number, option: number, value: number): void {
  if (libc.setsockopt(fd, level, option, Int32Array.of(value), 4) !== 0) {
    throw new SystemError('setsockopt', libc.lastErrno())
  }
}

/** Reads a socket option that is an `int`. */
export function getSocketOption(fd: number, level: number, option: number): number {
  const value = new Int32Array(1)
  if (libc.getsockopt(fd, level, option, value, Uint32Array.of(4)) !== 0) {
    throw new SystemError('getsockopt', libc.lastErrno())
  }
  return value[0]!
}
