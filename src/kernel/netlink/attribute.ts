import { LITTLE_ENDIAN } from '../../ffi/memory.js'

/** Netlink pads messages and attributes to 4 bytes (NLMSG_ALIGNTO, NLA_ALIGNTO). */
export const align = (length: number): number => (length + 3) & ~3

/** struct nlattr: length u16, type u16. */
const HEADER = 4
/** linux/netlink.h: bits of the type that are not the type. */
const NLA_F_NESTED = 0x8000
const NLA_TYPE_MASK = 0x3fff
const MAX_LENGTH = 0xffff

const encoder = new TextEncoder()
const decoder = new TextDecoder()

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
    const bytes = encoder.encode(value)
    const at = this.#attribute(type, bytes.length + 1)
    this.#bytes.set(bytes, at)
    this.#bytes[at + bytes.length] = 0
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

/**
 * Attributes as the kernel sent them, found by type; of two with one type the later counts, as in the
 * kernel. What does not fit the bounds is left out: nothing here reads past its end.
 */
export class Attributes {
  readonly #view: DataView
  readonly #starts = new Map<number, number>()
  readonly #all: (readonly [type: number, start: number])[] = []

  constructor(view: DataView, from: number, to: number) {
    this.#view = view
    const end = Math.min(to, view.byteLength)
    for (let at = from; at + HEADER <= end; ) {
      const length = view.getUint16(at, LITTLE_ENDIAN)
      if (length < HEADER || at + length > end) break
      const type = view.getUint16(at + 2, LITTLE_ENDIAN) & NLA_TYPE_MASK
      this.#starts.set(type, at)
      this.#all.push([type, at])
      at += align(length)
    }
  }

  has(type: number): boolean {
    return this.#starts.has(type)
  }

  /** Where the value of an attribute lies, if it has at least `size` bytes. */
  #value(type: number, size: number): number | undefined {
    const at = this.#starts.get(type)
    if (at === undefined || this.#length(at) < size) return undefined
    return at + HEADER
  }

  #length(at: number): number {
    return this.#view.getUint16(at, LITTLE_ENDIAN) - HEADER
  }

  u8(type: number): number | undefined {
    const at = this.#value(type, 1)
    return at === undefined ? undefined : this.#view.getUint8(at)
  }

  u16(type: number): number | undefined {
    const at = this.#value(type, 2)
    return at === undefined ? undefined : this.#view.getUint16(at, LITTLE_ENDIAN)
  }

  u32(type: number): number | undefined {
    const at = this.#value(type, 4)
    return at === undefined ? undefined : this.#view.getUint32(at, LITTLE_ENDIAN)
  }

  be32(type: number): number | undefined {
    const at = this.#value(type, 4)
    return at === undefined ? undefined : this.#view.getUint32(at, false)
  }

  /** Exact below 2^53. */
  be64(type: number): number | undefined {
    const at = this.#value(type, 8)
    return at === undefined ? undefined : Number(this.#view.getBigUint64(at, false))
  }

  /** A copy of the value. */
  bytes(type: number): Uint8Array | undefined {
    const at = this.#starts.get(type)
    return at === undefined ? undefined : this.#slice(at).slice()
  }

  /** Text up to the first zero. */
  string(type: number): string | undefined {
    const at = this.#starts.get(type)
    if (at === undefined) return undefined
    const bytes = this.#slice(at)
    const zero = bytes.indexOf(0)
    return decoder.decode(zero < 0 ? bytes : bytes.subarray(0, zero))
  }

  #slice(at: number): Uint8Array {
    return new Uint8Array(this.#view.buffer, this.#view.byteOffset + at + HEADER, this.#length(at))
  }

  /** The attributes inside an attribute, after the `skip` bytes of a structure at its front. */
  nested(type: number, skip = 0): Attributes | undefined {
    const at = this.#starts.get(type)
    return at === undefined ? undefined : this.#inside(at, skip)
  }

  #inside(at: number, skip: number): Attributes {
    const from = at + HEADER + skip
    return new Attributes(this.#view, from, at + HEADER + this.#length(at))
  }

  /** Every attribute in order as a list of nested ones: how nftables sends expressions and elements. */
  list(): Attributes[] {
    return this.#all.map(([, at]) => this.#inside(at, 0))
  }

  /** Numbers of 64 bits in host order from a structure such as rtnl_link_stats64. Exact below 2^53. */
  u64s(type: number, count: number): number[] | undefined {
    const at = this.#starts.get(type)
    if (at === undefined) return undefined
    const length = Math.min(count, Math.floor(this.#length(at) / 8))
    return Array.from({ length }, (_, index) =>
      Number(this.#view.getBigUint64(at + HEADER + index * 8, LITTLE_ENDIAN)),
    )
  }
}
