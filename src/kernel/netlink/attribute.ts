import { LITTLE_ENDIAN } from '../../ffi/memory.js'
import { align, HEADER } from './writer.js'

/** linux/netlink.h: the bits of the type that are the type. */
const NLA_TYPE_MASK = 0x3fff

const decoder = new TextDecoder()

/**
 * Attributes as the kernel sent them, found by type; of two with one type the later counts, as in the
 * kernel. What does not fit the bounds is left out: nothing here reads past its end. A link has fifty
 * of them, of which few are asked for: each is looked for when asked, and no table is made.
 */
export class Attributes {
  readonly #view: DataView
  readonly #from: number
  readonly #to: number

  constructor(view: DataView, from: number, to: number) {
    this.#view = view
    this.#from = from
    this.#to = Math.min(to, view.byteLength)
  }

  /** Where an attribute starts, or -1. */
  #find(type: number): number {
    const view = this.#view
    let found = -1
    for (let at = this.#from; at + HEADER <= this.#to; ) {
      const length = view.getUint16(at, LITTLE_ENDIAN)
      if (length < HEADER || at + length > this.#to) break
      if ((view.getUint16(at + 2, LITTLE_ENDIAN) & NLA_TYPE_MASK) === type) found = at
      at += align(length)
    }
    return found
  }

  #length(at: number): number {
    return this.#view.getUint16(at, LITTLE_ENDIAN) - HEADER
  }

  /** Where the value of an attribute lies, if it has at least `size` bytes. */
  #value(type: number, size: number): number | undefined {
    const at = this.#find(type)
    return at < 0 || this.#length(at) < size ? undefined : at + HEADER
  }

  has(type: number): boolean {
    return this.#find(type) >= 0
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

  /** Exact below 2^53. */
  u64(type: number): number | undefined {
    const at = this.#value(type, 8)
    return at === undefined ? undefined : Number(this.#view.getBigUint64(at, LITTLE_ENDIAN))
  }

  /** Numbers of 32 bits in host order from the front of a structure. */
  u32s(type: number, count: number): number[] | undefined {
    const at = this.#value(type, 4 * count)
    if (at === undefined) return undefined
    return Array.from({ length: count }, (_, index) =>
      this.#view.getUint32(at + 4 * index, LITTLE_ENDIAN),
    )
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
    const at = this.#find(type)
    return at < 0 ? undefined : this.#slice(at).slice()
  }

  /** Text up to the first zero. */
  string(type: number): string | undefined {
    const at = this.#find(type)
    if (at < 0) return undefined
    const bytes = this.#slice(at)
    const zero = bytes.indexOf(0)
    return decoder.decode(zero < 0 ? bytes : bytes.subarray(0, zero))
  }

  #slice(at: number): Uint8Array {
    return new Uint8Array(this.#view.buffer, this.#view.byteOffset + at + HEADER, this.#length(at))
  }

  /** The attributes inside an attribute, after the `skip` bytes of a structure at its front. */
  nested(type: number, skip = 0): Attributes | undefined {
    const at = this.#find(type)
    return at < 0 ? undefined : this.#inside(at, skip)
  }

  #inside(at: number, skip: number): Attributes {
    const from = at + HEADER + skip
    return new Attributes(this.#view, from, at + HEADER + this.#length(at))
  }

  /** Every attribute in order as a list of nested ones: how nftables sends expressions and elements. */
  list(): Attributes[] {
    const view = this.#view
    const all: Attributes[] = []
    for (let at = this.#from; at + HEADER <= this.#to; ) {
      const length = view.getUint16(at, LITTLE_ENDIAN)
      if (length < HEADER || at + length > this.#to) break
      all.push(this.#inside(at, 0))
      at += align(length)
    }
    return all
  }

  /** Numbers of 64 bits in host order from a structure such as rtnl_link_stats64. Exact below 2^53. */
  u64s(type: number, count: number): number[] | undefined {
    const at = this.#find(type)
    if (at < 0) return undefined
    const length = Math.min(count, Math.floor(this.#length(at) / 8))
    // Halves instead of a BigInt each: a thousand links have ten thousand of these.
    const [low, high] = LITTLE_ENDIAN ? [0, 4] : [4, 0]
    return Array.from({ length }, (_, index) => {
      const from = at + HEADER + index * 8
      const upper = this.#view.getUint32(from + high, LITTLE_ENDIAN)
      return upper * 2 ** 32 + this.#view.getUint32(from + low, LITTLE_ENDIAN)
    })
  }
}
