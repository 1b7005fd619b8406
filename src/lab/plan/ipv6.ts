import { Random, type Seed } from '../../base/random.js'
import type { Subnet } from './ipv4.js'

/** The first three 16-bit groups of all of a lab's IPv6 addresses: a /48. */
export type SitePrefix = readonly [number, number, number]

/**
 * A unique local prefix: fd00::/8 and a global ID of 40 random bits (RFC 4193, section 3.2), here
 * drawn from the lab's seed.
 */
export function sitePrefix(seed: Seed): SitePrefix {
  const random = new Random(seed).fork('unique local prefix')
  return [0xfd00 | random.integer(0x100), random.integer(0x10000), random.integer(0x10000)]
}

/** The /64 of a segment, e.g. `fd12:3456:789a:1::/64`. */
export function subnet6(site: SitePrefix, segment: number): string {
  return `${formatIpv6([...site, segment, 0, 0, 0, 0])}/64`
}

/**
 * The IPv6 address beside an IPv4 one: the octets that the IPv4 prefix does not cover, written
 * with the same digits. In 10.0.0.0/24, 10.0.0.17 goes with ...::17; in 10.0.0.0/22, 10.0.3.17 goes
 * with ...::3:17.
 */
export function address6(
  site: SitePrefix,
  segment: number,
  address: number,
  subnet: Subnet,
): string {
  const octets = [24, 16, 8, 0].map((shift, position): number =>
    (position + 1) * 8 <= subnet.prefix ? 0 : (address >>> shift) & 255,
  )
  const groups = octets.map((octet) => Number.parseInt(String(octet), 16))
  // All zero would be the anycast address of the subnet's routers (RFC 4291, section 2.6.1); an
  // IPv4 address comes to that only at the even end of a /31.
  if (!groups.some((group) => group > 0)) groups[3] = 0xffff
  return formatIpv6([...site, segment, ...groups])
}

/** Eight groups as RFC 5952 writes them: the first longest run of zero groups becomes `::`. */
export function formatIpv6(groups: readonly number[]): string {
  let start = -1
  let length = 1
  for (let from = 0; from < groups.length; from++) {
    let to = from
    while (to < groups.length && groups[to] === 0) to++
    if (to - from > length) {
      start = from
      length = to - from
    }
    from = Math.max(from, to - 1)
  }
  const text = groups.map((group) => group.toString(16))
  if (start < 0) return text.join(':')
  return `${text.slice(0, start).join(':')}::${text.slice(start + length).join(':')}`
}
