import { type Assembler, Code, type Label } from '../../../kernel/bpf/assembler.js'
import type { Which } from './syntax.js'

export type Side = 'src' | 'dst'

/** A test of the sender's side, of the receiver's, of one of them or of both. */
export function testSides(
  code: Assembler,
  which: Which,
  one: (side: Side, yes: Label, no: Label) => void,
  yes: Label,
  no: Label,
): void {
  if (which === 'src' || which === 'dst') {
    one(which, yes, no)
    return
  }
  const second = code.label()
  one('src', which === 'either' ? yes : second, which === 'either' ? second : no)
  code.place(second)
  one('dst', yes, no)
}

/** A piece of a packet, and what it is to be. */
export interface Field {
  /** From the packet's beginning, or from X. */
  readonly absolute: boolean
  readonly at: number
  /** A multiple of two. */
  readonly bytes: Uint8Array
  /** How many of its bits count. */
  readonly bits: number
}

/** Compares the first bits of what stands somewhere. */
export function compareBytes(
  code: Assembler,
  { absolute, at, bytes, bits }: Field,
  yes: Label,
  no: Label,
): void {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  for (let offset = 0; offset < bytes.length && offset * 8 < bits; ) {
    const word = bytes.length - offset >= 4
    const size = word ? 32 : 16
    const rest = Math.min(size, bits - offset * 8)
    const equal = code.label()
    const load = word
      ? [Code.LoadWord, Code.LoadWordAbsolute]
      : [Code.LoadHalf, Code.LoadHalfAbsolute]
    code.emit(load[absolute ? 1 : 0]!, at + offset)
    if (rest < size) code.emit(Code.And, (0xffffffff << (size - rest)) & (word ? -1 : 0xffff))
    const value = word ? view.getUint32(offset) : view.getUint16(offset)
    code.jump(Code.JumpEqual, value, equal, no)
    code.place(equal)
    offset += size / 8
  }
  code.goto(yes)
}
