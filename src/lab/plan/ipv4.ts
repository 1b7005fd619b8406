import { Address4 } from 'ip-address'
import { NetrigError } from '../../base/errors.js'

/** A subnet as numbers: planning a lab of thousands of interfaces must not build an object each. */
export interface Subnet {
  /** The network address, unsigned. */
  readonly base: number
  readonly prefix: number
}

/** As text, `10.0.0.1`. */
export function formatIpv4(address: number): string {
  return `${address >>> 24}.${(address >>> 16) & 255}.${(address >>> 8) & 255}.${address & 255}`
}

/** As text, `10.0.0.0/24`. */
export function formatSubnet(subnet: Subnet): string {
  return `${formatIpv4(subnet.base)}/${subnet.prefix}`
}

/** How many addresses a prefix spans. */
export function span(prefix: number): number {
  return 2 ** (32 - prefix)
}

/** The subnet with this prefix that holds an address. */
export function subnetAround(address: number, prefix: number): Subnet {
  return { base: address - (address % span(prefix)), prefix }
}

export function overlap(a: Subnet, b: Subnet): boolean {
  return a.base < b.base + span(b.prefix) && b.base < a.base + span(a.prefix)
}

export function sameSubnet(a: Subnet, b: Subnet): boolean {
  return a.base === b.base && a.prefix === b.prefix
}

/** First and last address that an interface may have. A /31 has no broadcast address (RFC 3021). */
export function usable(subnet: Subnet): { first: number; last: number; count: number } {
  const edge = subnet.prefix === 31 ? 0 : 1
  const first = subnet.base + edge
  const last = subnet.base + span(subnet.prefix) - 1 - edge
  return { first, last, count: last - first + 1 }
}

/** The longest prefix that has room for so many interfaces, a /30 at most. */
export function prefixFor(count: number): number {
  return 32 - Math.max(2, Math.ceil(Math.log2(count + 2)))
}

/** Reads `10.0.0.7` or `10.0.0.7/24`; `undefined` where it is neither. */
export function readIpv4(text: unknown): { address: number; prefix?: number } | undefined {
  if (typeof text !== 'string' || !Address4.isValid(text)) return undefined
  const parsed = new Address4(text)
  const address = Number(parsed.bigInt())
  return text.includes('/') ? { address, prefix: parsed.subnetMask } : { address }
}

/** Ranges that no host on a wire can have (IANA's special-purpose registry, RFC 6890). */
const UNUSABLE: readonly (readonly [base: number, prefix: number, why: string])[] = [
  [0x00000000, 8, 'is "this network" (RFC 791)'],
  [0x7f000000, 8, 'is loopback (RFC 1122)'],
  [0xe0000000, 4, 'is multicast (RFC 5771)'],
  [0xf0000000, 4, 'is reserved (RFC 1112)'],
]

/** Why a range cannot be used on a wire, if it cannot. */
export function whyUnusable(range: Subnet): string | undefined {
  for (const [base, prefix, why] of UNUSABLE) {
    if (overlap(range, { base, prefix })) return why
  }
  return undefined
}

/**
 * Reads a subnet given by the test.
 *
 * @param object whose subnet it is, e.g. `switch lan`
 * @throws NetrigError INVALID_ADDRESS
 */
export function parseSubnet(text: unknown, operation: string, object: string): Subnet {
  const invalid = (problem: string, hint?: string) =>
    new NetrigError(
      'INVALID_ADDRESS',
      `${operation}: subnet '${String(text).slice(0, 60)}' of ${object} ${problem}: write an IPv4 network with a prefix from /8 to /31, e.g. '10.0.0.0/24'.`,
      { operation, object, hint },
    )
  const read = readIpv4(text)
  if (read === undefined) {
    if (typeof text === 'string' && text.includes(':')) {
      throw invalid('is not IPv4', 'IPv6 subnets are chosen by the lab: createLab({ ipv6: true })')
    }
    throw invalid('is not a network')
  }
  if (read.prefix === undefined) {
    const meant = formatSubnet(subnetAround(read.address, 24))
    throw invalid('has no prefix', `did you mean '${meant}'?`)
  }
  if (read.prefix < 8 || read.prefix > 31) throw invalid(`has a prefix of /${read.prefix}`)
  const subnet = subnetAround(read.address, read.prefix)
  if (subnet.base !== read.address) {
    throw invalid(
      'is an address in a network, not the network',
      `did you mean '${formatSubnet(subnet)}'?`,
    )
  }
  const why = whyUnusable(subnet)
  if (why !== undefined) throw invalid(`${why}`)
  return subnet
}
