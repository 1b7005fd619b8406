import { whole } from './check.js'

/** RFC 791: every wire carries 68 bytes; 65535 is the longest IPv4 packet. */
const BOUNDS = [68, 65_535] as const

/** Bytes without the ethernet header; 0 is whatever the devices carry. */
export function parseWireMtu(value: number | 'unlimited', what: string): number {
  return value === 'unlimited' ? 0 : whole(value, 'mtu', what, BOUNDS, 'bytes')
}
