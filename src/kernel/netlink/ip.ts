import { Address6 } from 'ip-address'
import { NetrigError } from '../../base/errors.js'

/** sys/socket.h */
export const AF_UNSPEC = 0
export const AF_INET = 2
export const AF_INET6 = 10

export type Family = typeof AF_INET | typeof AF_INET6

const DECIMAL = /^(?:0|[1-9]\d{0,2})$/

/**
 * The bytes of an IPv4 or IPv6 address in network order. Numbers of IPv4 are decimal, without zeros
 * in front (which some programs read as octal).
 *
 * @throws NetrigError `INVALID_ADDRESS`
 */
export function addressBytes(address: string): Uint8Array {
  return address.includes(':') ? bytes6(address) : bytes4(address)
}

function bytes4(address: string): Uint8Array {
  const parts = address.split('.')
  const bytes = Uint8Array.from(parts, Number)
  if (parts.length !== 4 || !parts.every((part) => DECIMAL.test(part) && Number(part) < 256)) {
    throw invalid(address)
  }
  return bytes
}

function bytes6(address: string): Uint8Array {
  try {
    if (address.includes('/') || address.includes('%')) throw invalid(address)
    return Uint8Array.from(new Address6(address).toUnsignedByteArray())
  } catch (cause) {
    throw cause instanceof NetrigError ? cause : invalid(address, cause)
  }
}

function invalid(address: string, cause?: unknown): NetrigError {
  return new NetrigError('INVALID_ADDRESS', `'${address}' is no IPv4 or IPv6 address.`, {
    object: address,
    cause,
  })
}

/** Text of an address of 4 or 16 bytes; IPv6 as RFC 5952 writes it. */
export function addressText(bytes: Uint8Array): string {
  if (bytes.length === 4) return bytes.join('.')
  return Address6.fromUnsignedByteArray([...bytes]).correctForm()
}

export function familyOf(bytes: Uint8Array): Family {
  return bytes.length === 4 ? AF_INET : AF_INET6
}

/** The highest address of an IPv4 subnet, to which broadcasts go. */
export function broadcastOf(bytes: Uint8Array, prefix: number): Uint8Array {
  return bytes.map((byte, index) => {
    const hostBits = Math.min(8, Math.max(0, (index + 1) * 8 - prefix))
    return byte | ((1 << hostBits) - 1)
  })
}
