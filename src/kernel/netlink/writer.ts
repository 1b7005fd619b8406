import { LITTLE_ENDIAN } from '../../ffi/memory.js'

/** Netlink pads messages and attributes to 4 bytes (NLMSG_ALIGNTO, NLA_ALIGNTO). */
export const align = (length: number): number => (length + 3) & ~3

/** struct nlattr: length u16, type u16. */
export const HEADER = 4
/** linux/netlink.h */
const NLA_F_NESTED = 0x8000
const MAX_LENGTH = 0xffff

const encoder = new TextEncoder()

/**
 * Writes the body of a message: a fixed header by `u8` to `u32`, then attributes. Numbers are in host
 * order, as rtnetlink has them; `be32` and `be64` are for nftables, which wants network order.
 */
export class Writer {
  #bytes = new Uint8Array(new ArrayBuffer(4096))
  #view = new DataView(this.#bytes.buffer)
  #at = 0

  get position(): number {
    return this.#at
  }

  #room(length: number): number {
    const at = this.#at
    if (at + length > this.#bytes.length) {
      const bytes = new Uint8Array(new ArrayBuffer(Math.max(this.#bytes.length * 2, at + length)))
      bytes.set(this.#bytes)
      this.#bytes = bytes
      this.#view = new DataView(bytes.buffer)
    }
    this.#at = at + length
    return at
  }

  u8(value: number): this {
    const at = this.#room(1)
    this.#view.setUint8(at, value)
    return this
  }

  u16(value: number): this {
    const at = this.#room(2)
    this.#view.setUint16(at, value, LITTLE_ENDIAN)
    return this
  }

  be16(value: number): this {
    const at = this.#room(2)
    this.#view.setUint16(at, value, false)
    return this
  }

  u32(value: number): this {
    const at = this.#room(4)
    this.#view.setUint32(at, value, LITTLE_ENDIAN)
    return this
  }

  bytes(value: Uint8Array): this {
    const at = this.#room(value.length)
    this.#bytes.set(value, at)
    return this
  }

  /** Starts an attribute of `length` bytes, its padding zeroed, and tells where its value goes. */
  #attribute(type: number, length: number): number {
    if (length + HEADER > MAX_LENGTH) throw new RangeError(`attribute ${type}: ${length} bytes`)
    const at = this.#room(HEADER + align(length))
    this.#view.setUint16(at, HEADER + length, LITTLE_ENDIAN)
    this.#view.setUint16(at + 2, type, LITTLE_ENDIAN)
    this.#bytes.fill(0, at + HEADER + length, this.#at)
    return at + HEADER
  }

  attributeU8(type: number, value: number): this {
    const at = this.#attribute(type, 1)
    this.#view.setUint8(at, value)
    return this
  }

  attributeU16(type: number, value: number): this {
    const at = this.#attribute(type, 2)
    this.#view.setUint16(at, value, LITTLE_ENDIAN)
    return this
  }

  attributeU32(type: number, value: number): this {
    const at = this.#attribute(type, 4)
    this.#view.setUint32(at, value, LITTLE_ENDIAN)
    return this
  }

  attributeU64(type: number, value: number | bigint): this {
    const at = this.#attribute(type, 8)
    this.#view.setBigUint64(at, BigInt(value), LITTLE_ENDIAN)
    return this
  }

  attributeBe32(type: number, value: number): this {
    const at = this.#attribute(type, 4)
    this.#view.setUint32(at, value, false)
    return this
  }

  attributeBe64(type: number, value: number): this {
    const at = this.#attribute(type, 8)
    this.#view.setBigUint64(at, BigInt(value), false)
    return this
  }

  attributeBytes(type: number, value: Uint8Array): this {
    const at = this.#attribute(type, value.length)
    this.#bytes.set(value, at)
    return this
  }

  /** A string with the zero at its end that the kernel wants. */
  attributeString(type: number, value: string): this {
    const length = value.length
    const at = this.#attribute(type, length + 1)
    const bytes = this.#bytes
    for (let index = 0; index < length; index += 1) {
      const code = value.charCodeAt(index)
      // Names are ASCII, and for five letters an encoder costs more than all the rest.
      if (code > 0x7f) {
        this.#at = at - HEADER
        return this.attributeBytes(type, encoder.encode(`${value}\0`))
      }
      bytes[at + index] = code
    }
    bytes[at + length] = 0
    return this
  }

  /** An attribute made of what `write` adds: attributes, or a structure and then attributes. */
  nest(type: number, write: (to: this) => void): this {
    const at = this.#room(HEADER)
    this.#view.setUint16(at + 2, type | NLA_F_NESTED, LITTLE_ENDIAN)
    write(this)
    const length = this.#at - at
    if (length > MAX_LENGTH) throw new RangeError(`attribute ${type}: ${length} bytes`)
    // The view may be another one by now, if what was written needed room.
    this.#view.setUint16(at, length, LITTLE_ENDIAN)
    const end = this.#at
    this.#room(align(length) - length)
    this.#bytes.fill(0, end, this.#at)
    return this
  }

  /** A copy of what was written from `from` on; the writer goes back to there. */
  take(from: number): Uint8Array {
    const bytes = this.#bytes.slice(from, this.#at)
    this.#at = from
    return bytes
  }

  /** Goes back to `from` after a write that failed. */
  reset(from: number): void {
    this.#at = from
  }
}

// One writer for all messages of this thread: encoding is synchronous, and `from` lets one encoding
// happen inside another.
const shared = new Writer()

/** The bytes that `write` puts down. */
export function encode(write: (to: Writer) => void): Uint8Array {
  const from = shared.position
  try {
    write(shared)
    return shared.take(from)
  } finally {
    shared.reset(from)
  }
}
