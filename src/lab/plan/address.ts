import { NetrigError } from '../../base/errors.js'
import {
  formatIpv4,
  formatSubnet,
  readIpv4,
  type Subnet,
  subnetAround,
  usable,
  whyUnusable,
} from './ipv4.js'

export interface GivenAddress {
  readonly address: number
  readonly prefix?: number
}

/**
 * Reads an interface's address given by the test, with or without a prefix.
 *
 * @param object whose address it is, e.g. `host a`
 * @throws NetrigError INVALID_ADDRESS
 */
export function parseAddress(text: unknown, operation: string, object: string): GivenAddress {
  const invalid = (problem: string, hint?: string) =>
    new NetrigError(
      'INVALID_ADDRESS',
      `${operation}: address '${String(text).slice(0, 60)}' of ${object} ${problem}: write an IPv4 address, e.g. '10.0.0.7' or '10.0.0.7/24'.`,
      { operation, object, hint },
    )
  const given = readIpv4(text)
  if (given === undefined) {
    if (typeof text === 'string' && text.includes(':')) {
      throw invalid(
        'is not IPv4',
        'IPv6 addresses are chosen by the lab: createLab({ ipv6: true })',
      )
    }
    throw invalid('is not an address')
  }
  const why = whyUnusable({ base: given.address, prefix: 32 })
  if (why !== undefined) throw invalid(why)
  if (given.prefix !== undefined) {
    if (given.prefix < 8 || given.prefix > 31) throw invalid(`has a prefix of /${given.prefix}`)
    checkInside(given, subnetAround(given.address, given.prefix), operation, object)
  }
  return given
}

/**
 * Checks a given address against the subnet of its segment.
 *
 * @param segment what has the subnet, e.g. `switch lan`
 * @throws NetrigError INVALID_ADDRESS outside the subnet, at its edges, or with another prefix
 */
export function checkInside(
  given: GivenAddress,
  subnet: Subnet,
  operation: string,
  object: string,
  segment?: string,
): void {
  const { first, last } = usable(subnet)
  const inside = subnetAround(given.address, subnet.prefix).base === subnet.base
  const otherPrefix = given.prefix !== undefined && given.prefix !== subnet.prefix
  if (given.address >= first && given.address <= last && !otherPrefix) return
  let problem = 'is outside its subnet'
  if (inside) {
    problem = otherPrefix
      ? `has the prefix /${given.prefix}, unlike its subnet`
      : `is the ${given.address < first ? 'network' : 'broadcast'} address of its subnet`
  }
  throw new NetrigError(
    'INVALID_ADDRESS',
    `${operation}: address ${formatIpv4(given.address)} of ${object} ${problem} ${formatSubnet(subnet)}${segment === undefined ? '' : ` (${segment})`}: write one from ${formatIpv4(first)} to ${formatIpv4(last)}.`,
    { operation, object },
  )
}
