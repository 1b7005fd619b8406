import { NetrigError } from '../../base/errors.js'

const MAC = /^[0-9a-f]{2}(?::[0-9a-f]{2}){5}$/i

/**
 * The six bytes of `02:00:00:00:00:01`.
 *
 * @throws NetrigError `INVALID_ADDRESS`
 */
export function macBytes(mac: string): Uint8Array {
  if (!MAC.test(mac)) {
    throw new NetrigError('INVALID_ADDRESS', `'${mac}' is no MAC address.`, { object: mac })
  }
  const bytes = new Uint8Array(6)
  for (let index = 0; index < 6; index += 1) {
    bytes[index] = Number.parseInt(mac.slice(index * 3, index * 3 + 2), 16)
  }
  return bytes
}

export function macText(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join(':')
}
