/**
 * Seeded chance. The generator is xoshiro128** (Blackman and Vigna, "Scrambled Linear Pseudorandom
 * Number Generators", ACM TOMS 47(4), 2021); its state is filled by SplitMix64 (Steele, Lea and
 * Flood, "Fast Splittable Pseudorandom Number Generators", OOPSLA 2014), as its authors advise.
 * Not for secrets.
 */

const MASK64 = (1n << 64n) - 1n

/** What a generator can start from. Equal seeds give equal sequences on every machine. */
export type Seed = number | bigint | string

export class Random {
  /** The seed as 64 bits: what a helper program in C is given to draw the same chance. */
  readonly seed: bigint
  #a: number
  #b: number
  #c: number
  #d: number

  constructor(seed: Seed) {
    this.seed = seedBits(seed)
    const [first, second] = splitMix64(this.seed, 2) as [bigint, bigint]
    this.#a = Number(first & 0xffffffffn)
    this.#b = Number(first >> 32n)
    this.#c = Number(second & 0xffffffffn)
    this.#d = Number(second >> 32n)
  }

  /** 32 bits. */
  uint32(): number {
    const result = Math.imul(rotate(Math.imul(this.#b, 5), 7), 9) >>> 0
    const shifted = this.#b << 9
    this.#c ^= this.#a
    this.#d ^= this.#b
    this.#b ^= this.#c
    this.#a ^= this.#d
    this.#c ^= shifted
    this.#d = rotate(this.#d, 11)
    return result
  }

  /** A number from 0 up to but not including 1, of 32 random bits. */
  next(): number {
    return this.uint32() / 2 ** 32
  }

  /**
   * A whole number from 0 up to but not including `n`, each as likely as the other.
   *
   * @throws RangeError when `n` is not a whole number from 1 to 2^32
   */
  integer(n: number): number {
    if (!Number.isInteger(n) || n < 1 || n > 2 ** 32) {
      throw new RangeError(`integer(${n}): the bound is a whole number from 1 to 2^32`)
    }
    // Draws past the last whole multiple of n are thrown away; a remainder would favour low numbers.
    const fair = 2 ** 32 - (2 ** 32 % n)
    let drawn = this.uint32()
    while (drawn >= fair) drawn = this.uint32()
    return drawn % n
  }

  /**
   * A whole number from `least` to `most`, both included.
   *
   * @throws RangeError when they are no whole numbers, or more than 2^32 apart
   */
  between(least: number, most: number): number {
    if (!Number.isSafeInteger(least) || !Number.isSafeInteger(most) || most < least) {
      throw new RangeError(`between(${least}, ${most}): two whole numbers, the smaller one first`)
    }
    return least + this.integer(most - least + 1)
  }

  /** So many bytes. */
  bytes(count: number): Uint8Array {
    return Uint8Array.from({ length: count }, () => this.uint32() >>> 24)
  }

  /**
   * One of the items.
   *
   * @throws RangeError when there is none
   */
  pick<T>(items: readonly T[]): T {
    if (items.length === 0) throw new RangeError('pick([]): there is nothing to pick from')
    return items[this.integer(items.length)]!
  }

  /** A shuffled copy (Fisher and Yates, in Durstenfeld's form). */
  shuffle<T>(items: readonly T[]): T[] {
    const result = [...items]
    for (let last = result.length - 1; last > 0; last--) {
      const other = this.integer(last + 1)
      const moved = result[last]!
      result[last] = result[other]!
      result[other] = moved
    }
    return result
  }

  /**
   * A generator of its own for one purpose. It depends on this one's seed and the label only, not
   * on what was drawn before: one more packet on a link must not change another link's fate.
   */
  fork(label: string): Random {
    return new Random(splitMix64(this.seed ^ hash64(label), 1)[0]!)
  }
}

function rotate(word: number, by: number): number {
  return (word << by) | (word >>> (32 - by))
}

/** The first `count` numbers of SplitMix64. */
export function splitMix64(seed: bigint, count: number): bigint[] {
  const result: bigint[] = []
  let state = seed & MASK64
  for (let drawn = 0; drawn < count; drawn++) {
    state = (state + 0x9e3779b97f4a7c15n) & MASK64
    let word = state
    word = ((word ^ (word >> 30n)) * 0xbf58476d1ce4e5b9n) & MASK64
    word = ((word ^ (word >> 27n)) * 0x94d049bb133111ebn) & MASK64
    result.push(word ^ (word >> 31n))
  }
  return result
}

/** FNV-1a of the text's UTF-8 (Fowler, Noll and Vo). */
function hash64(text: string): bigint {
  let hash = 0xcbf29ce484222325n
  for (const byte of new TextEncoder().encode(text)) {
    hash = ((hash ^ BigInt(byte)) * 0x100000001b3n) & MASK64
  }
  return hash
}

function seedBits(seed: Seed): bigint {
  if (typeof seed === 'bigint') return seed & MASK64
  if (typeof seed === 'number' && Number.isSafeInteger(seed)) return BigInt(seed) & MASK64
  return hash64(String(seed))
}
