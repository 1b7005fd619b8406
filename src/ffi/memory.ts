import { addressOf } from './libc.js'

/** Bytes that do not move, with the view to write numbers and the address to hand to the kernel. */
export interface Fixed {
  readonly bytes: Uint8Array
  readonly view: DataView
  readonly address: bigint
}

/**
 * A fixed piece of memory. An ArrayBuffer made by size is kept outside V8's heap and never moved, so
 * its address is taken once instead of at each call.
 */
export function fixed(size: number): Fixed {
  const buffer = new ArrayBuffer(size)
  const bytes = new Uint8Array(buffer)
  return { bytes, view: new DataView(buffer), address: addressOf(bytes) }
}

/** Byte order of the machine: netlink and C structures are in host order. */
export const LITTLE_ENDIAN = new Uint8Array(new Uint16Array([1]).buffer)[0] === 1
