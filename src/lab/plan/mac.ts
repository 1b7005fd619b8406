import { NetrigError } from '../../base/errors.js'

/** Of the first byte (IEEE 802, "Overview and Architecture", section 8): sent to a group. */
const GROUP_BIT = 0x01

/**
 * Reads a MAC address in any usual spelling (`02:00:00:00:00:01`, with dashes, in capitals).
 *
 * @returns lower case with colons
 * @throws NetrigError INVALID_ADDRESS
 */
export function parseMac(mac: unknown, operation: string, object: string): string {
  const invalid = (problem: string, hint?: string) =>
    new NetrigError(
      'INVALID_ADDRESS',
      `${operation}: mac '${String(mac).slice(0, 40)}' of ${object} ${problem}: write six bytes of which the first is even, e.g. '02:00:00:00:00:01'.`,
      { operation, object, hint },
    )
  const bytes =
    typeof mac === 'string' && /^[0-9a-f]{2}([:-][0-9a-f]{2}){5}$/i.test(mac)
      ? mac.toLowerCase().split(/[:-]/)
      : undefined
  if (bytes === undefined) throw invalid('is not a MAC address')
  const first = Number.parseInt(bytes[0]!, 16)
  if (first & GROUP_BIT) {
    const own = [(first & ~GROUP_BIT).toString(16).padStart(2, '0'), ...bytes.slice(1)].join(':')
    throw invalid("has the multicast bit set, so it is no interface's own", `'${own}' would do`)
  }
  if (bytes.every((byte) => byte === '00')) throw invalid('is all zero')
  return bytes.join(':')
}

/**
 * The MAC address of the lab's n-th interface, from 0 up: locally administered (02 in the first
 * byte), so that it never is a real card's.
 *
 * @param taken addresses that were given by the test; they are stepped over
 */
export function macOf(interfaceNumber: number, taken: ReadonlySet<string>): string {
  const tail = (interfaceNumber + 1)
    .toString(16)
    .padStart(8, '0')
    .replace(/(..)(?=.)/g, '$1:')
  for (let series = 0; ; series++) {
    const mac = `02:${series.toString(16).padStart(2, '0')}:${tail}`
    if (!taken.has(mac) || series === 255) return mac
  }
}
