import { addressOf } from './libc.js'
import { fixed, LITTLE_ENDIAN } from './memory.js'

/** SCM_MAX_FD, include/net/scm.h: the most descriptors that one message carries. */
export const MAX_FDS = 253

/** SOL_SOCKET and SCM_RIGHTS, <sys/socket.h> */
const SOL_SOCKET = 1
const SCM_RIGHTS = 1

/** struct msghdr of 64-bit Linux: name, namelen, iov, iovlen, control, controllen, flags. */
const MSG_IOV = 16
const MSG_IOVLEN = 24
const MSG_CONTROL = 32
const MSG_CONTROLLEN = 40
const MSG_FLAGS = 48
const MSGHDR_SIZE = 56
const IOVEC_SIZE = 16
/** struct cmsghdr: len (size_t), level, type; data follows, aligned to 8. */
const CMSGHDR_SIZE = 16
const CONTROL_SIZE = CMSGHDR_SIZE + ((MAX_FDS * 4 + 7) & ~7)

// One area for msghdr, its single iovec and the control data. Calls are synchronous, and each worker
// thread has modules of its own, so nothing else uses it during a call.
const area = fixed(MSGHDR_SIZE + IOVEC_SIZE + CONTROL_SIZE)
const IOVEC = MSGHDR_SIZE
const CONTROL = MSGHDR_SIZE + IOVEC_SIZE

/** Address of the message header that {@link prepareSend} and {@link prepareReceive} fill. */
export const header = area.address

function prepare(bytes: Uint8Array, controlLength: number): void {
  const { view, address } = area
  view.setBigUint64(IOVEC, addressOf(bytes), LITTLE_ENDIAN)
  view.setBigUint64(IOVEC + 8, BigInt(bytes.byteLength), LITTLE_ENDIAN)
  view.setBigUint64(MSG_IOV, address + BigInt(IOVEC), LITTLE_ENDIAN)
  view.setBigUint64(MSG_IOVLEN, 1n, LITTLE_ENDIAN)
  view.setBigUint64(
    MSG_CONTROL,
    controlLength === 0 ? 0n : address + BigInt(CONTROL),
    LITTLE_ENDIAN,
  )
  view.setBigUint64(MSG_CONTROLLEN, BigInt(controlLength), LITTLE_ENDIAN)
  view.setInt32(MSG_FLAGS, 0, LITTLE_ENDIAN)
}

/** Fills the header for sending `bytes` and `fds`. The caller keeps `bytes` alive during the call. */
export function prepareSend(bytes: Uint8Array, fds: readonly number[]): void {
  if (fds.length === 0) {
    prepare(bytes, 0)
    return
  }
  const length = CMSGHDR_SIZE + fds.length * 4
  // CMSG_SPACE, not CMSG_LEN: the kernel takes both, and padding is expected by cmsg(3).
  prepare(bytes, (length + 7) & ~7)
  const { view } = area
  view.setBigUint64(CONTROL, BigInt(length), LITTLE_ENDIAN)
  view.setInt32(CONTROL + 8, SOL_SOCKET, LITTLE_ENDIAN)
  view.setInt32(CONTROL + 12, SCM_RIGHTS, LITTLE_ENDIAN)
  fds.forEach((fd, index) => {
    view.setInt32(CONTROL + CMSGHDR_SIZE + index * 4, fd, LITTLE_ENDIAN)
  })
}

/** Fills the header for receiving into `bytes`, with room for every descriptor that can come. */
export function prepareReceive(bytes: Uint8Array): void {
  prepare(bytes, CONTROL_SIZE)
}

/** msg_flags after a receive: MSG_TRUNC and MSG_CTRUNC tell what did not fit. */
export function receivedFlags(): number {
  return area.view.getInt32(MSG_FLAGS, LITTLE_ENDIAN)
}

/** The descriptors that came with the message just received; they are the caller's to close. */
export function receivedFds(): number[] {
  const { view } = area
  const end = CONTROL + Number(view.getBigUint64(MSG_CONTROLLEN, LITTLE_ENDIAN))
  const fds: number[] = []
  for (let at = CONTROL; at + CMSGHDR_SIZE <= end; ) {
    const length = Number(view.getBigUint64(at, LITTLE_ENDIAN))
    if (length < CMSGHDR_SIZE) break
    const ours =
      view.getInt32(at + 8, LITTLE_ENDIAN) === SOL_SOCKET &&
      view.getInt32(at + 12, LITTLE_ENDIAN) === SCM_RIGHTS
    for (let fd = at + CMSGHDR_SIZE; ours && fd + 4 <= at + length; fd += 4) {
      fds.push(view.getInt32(fd, LITTLE_ENDIAN))
    }
    at += (length + 7) & ~7
  }
  return fds
}
