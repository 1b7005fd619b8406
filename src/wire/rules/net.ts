import { Address4, Address6 } from 'ip-address'
import { NetrigError } from '../../base/errors.js'

/** An address or subnet as the relay takes it: its bytes in hexadecimal digits, and its prefix. */
export function netWord(text: string, option: string): string {
  const string = String(text)
  const six = string.includes(':')
  try {
    const address = six ? new Address6(string) : new Address4(string)
    const hex = address
      .bigInt()
      .toString(16)
      .padStart(six ? 32 : 8, '0')
    return `${hex},${address.subnetMask}`
  } catch (cause) {
    throw new NetrigError(
      'INVALID_ADDRESS',
      `link.rule: ${option} '${string}' is no address or subnet.`,
      {
        operation: 'link.rule',
        object: option,
        hint: "write a host, an address like '10.0.0.1' or a subnet like '10.0.0.0/24'",
        cause,
      },
    )
  }
}
