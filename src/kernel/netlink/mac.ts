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
  return Uint8Array.from(mac.split(':'), (byte) => Number.parseInt(byte, 16))
}

export function macText(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join(':')
}
