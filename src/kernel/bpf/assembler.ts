/**
 * Classic BPF, the kernel's language for filters of sockets: linux/filter.h, linux/bpf_common.h,
 * Documentation/networking/filter.rst.
 */

/** Opcodes: class, size and mode, or operation and source, as the headers put them together. */
export const Code = {
  /** A := 16 bits of the packet, in network order. */
  LoadHalfAbsolute: 0x28,
  LoadByteAbsolute: 0x30,
  /** A := a word; with {@link Ancillary} what the kernel knows of the packet. */
  LoadWordAbsolute: 0x20,
  /** A := what stands at X + k. */
  LoadWord: 0x40,
  LoadHalf: 0x48,
  LoadByte: 0x50,
  /** A := the packet's length. */
  LoadLength: 0x80,
  LoadXMemory: 0x61,
  LoadXImmediate: 0x01,
  StoreX: 0x03,
  And: 0x54,
  ShiftLeft: 0x64,
  AddX: 0x0c,
  /** X := A */
  ToX: 0x07,
  Jump: 0x05,
  JumpEqual: 0x15,
  JumpGreater: 0x25,
  JumpAtLeast: 0x35,
  JumpSet: 0x45,
  Return: 0x06,
} as const

/** What a {@link Code.LoadWordAbsolute} finds at these places (SKF_AD_OFF and so on, linux/filter.h). */
const ANCILLARY = 0xfffff000
export const Ancillary = {
  PacketType: ANCILLARY + 4,
  Interface: ANCILLARY + 8,
  VlanTag: ANCILLARY + 44,
  VlanTagPresent: ANCILLARY + 48,
} as const

/** BPF_MAXINSNS */
export const MOST_INSTRUCTIONS = 4096
/** How far a conditional jump reaches: its offsets are bytes. */
const REACH = 255
/** struct sock_filter */
const INSTRUCTION_BYTES = 8

/** A place in a program; where it is, `place` says. */
export type Label = symbol

interface Instruction {
  readonly code: number
  readonly k: number
  /** Where a conditional jump goes; with one of them, where an unconditional one does. */
  readonly yes?: Label
  readonly no?: Label
}

/** Writes a program with labels; jumps that are too long for a conditional one take two steps. */
export class Assembler {
  readonly #instructions: Instruction[] = []
  readonly #places = new Map<Label, number>()

  label(): Label {
    return Symbol('label')
  }

  /** Says that a label is here. */
  place(label: Label): void {
    this.#places.set(label, this.#instructions.length)
  }

  emit(code: number, k = 0): void {
    this.#instructions.push({ code, k: k >>> 0 })
  }

  jump(code: number, k: number, yes: Label, no: Label): void {
    this.#instructions.push({ code, k: k >>> 0, yes, no })
  }

  goto(to: Label): void {
    this.#instructions.push({ code: Code.Jump, k: 0, yes: to })
  }

  /** How long the program is, where every conditional jump reaches its labels. */
  get length(): number {
    return this.#instructions.length
  }

  /** The program as SO_ATTACH_FILTER takes it: little endian `struct sock_filter`s. */
  assemble(): Uint8Array {
    const long = new Set<number>()
    let at = this.#layout(long)
    for (let grown = true; grown; ) {
      grown = false
      this.#instructions.forEach(({ code, yes, no }, index) => {
        if (no === undefined || yes === undefined || code === Code.Jump || long.has(index)) return
        const from = at[index]! + 1
        if (this.#target(yes, at) - from <= REACH && this.#target(no, at) - from <= REACH) return
        long.add(index)
        grown = true
      })
      at = this.#layout(long)
    }
    return this.#encode(long, at)
  }

  /** Where each instruction is when some conditional jumps are three instructions long. */
  #layout(long: ReadonlySet<number>): number[] {
    const at: number[] = []
    let next = 0
    for (let index = 0; index <= this.#instructions.length; index += 1) {
      at.push(next)
      next += long.has(index) ? 3 : 1
    }
    return at
  }

  #target(label: Label, at: readonly number[]): number {
    return at[this.#places.get(label)!]!
  }

  #encode(long: ReadonlySet<number>, at: readonly number[]): Uint8Array {
    const bytes = new Uint8Array(at.at(-1)! * INSTRUCTION_BYTES)
    const view = new DataView(bytes.buffer)
    const write = (place: number, code: number, yes: number, no: number, k: number) => {
      const offset = place * INSTRUCTION_BYTES
      view.setUint16(offset, code, true)
      view.setUint8(offset + 2, yes)
      view.setUint8(offset + 3, no)
      view.setUint32(offset + 4, k, true)
    }
    this.#instructions.forEach(({ code, k, yes, no }, index) => {
      const here = at[index]!
      const distance = (label: Label, from: number) => this.#target(label, at) - from - 1
      if (yes === undefined) {
        write(here, code, 0, 0, k)
      } else if (no === undefined) {
        write(here, code, 0, 0, distance(yes, here))
      } else if (long.has(index)) {
        write(here, code, 0, 1, k)
        write(here + 1, Code.Jump, 0, 0, distance(yes, here + 1))
        write(here + 2, Code.Jump, 0, 0, distance(no, here + 2))
      } else {
        write(here, code, distance(yes, here), distance(no, here), k)
      }
    })
    return bytes
  }
}
