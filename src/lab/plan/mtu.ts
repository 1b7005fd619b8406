import { NetrigError } from '../../base/errors.js'

/** Ethernet's (RFC 894). */
export const DEFAULT_MTU = 1500
/** What every IPv4 host must take without fragmenting (RFC 791, section 3.2). */
const SMALLEST = 68
/** The same for IPv6 (RFC 8200, section 5); below it the kernel takes IPv6 off the interface. */
const SMALLEST_IPV6 = 1280
/** ETH_MAX_MTU of linux/if_ether.h, the most that a veth device takes. */
const LARGEST = 65535

/**
 * Checks a link's MTU in bytes.
 *
 * @throws NetrigError INVALID_OPTION
 */
export function validateMtu(
  mtu: unknown,
  ipv6: boolean,
  operation: string,
  object: string,
): asserts mtu is number {
  const smallest = ipv6 ? SMALLEST_IPV6 : SMALLEST
  if (Number.isInteger(mtu) && Number(mtu) >= smallest && Number(mtu) <= LARGEST) return
  const why = ipv6 ? 'IPv6 needs 1280, RFC 8200' : 'IPv4 needs 68, RFC 791'
  throw new NetrigError(
    'INVALID_OPTION',
    `${operation}: mtu ${String(mtu)} of ${object} cannot be: write a whole number of bytes from ${smallest} (${why}) to ${LARGEST}.`,
    { operation, object: 'mtu' },
  )
}
