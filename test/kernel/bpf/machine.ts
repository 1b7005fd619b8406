import { Code } from '../../../src/kernel/bpf/assembler.js'

/** What the kernel knows of a packet besides its bytes (SKF_AD_OFF and on, linux/filter.h). */
export interface Knowledge {
  readonly type?: number
  readonly ifindex?: number
  /** The tag that the kernel took off. */
  readonly vlan?: number
}

const ANCILLARY = 0xfffff000

/**
 * Runs a program of classic BPF as net/core/filter.c does: a load from behind the packet's end drops it.
 * What the kernel's checker would refuse is an error.
 */
export function runFilter(program: Uint8Array, packet: Uint8Array, about: Knowledge = {}): number {
  const code = new DataView(program.buffer, program.byteOffset, program.byteLength)
  const data = new DataView(packet.buffer, packet.byteOffset, packet.byteLength)
  const memory = new Array<number | undefined>(16)
  let a = 0
  let x = 0
  let steps = 0
  const load = (at: number, size: number): number | undefined => {
    if (at + size > packet.length) return undefined
    return size === 4 ? data.getUint32(at) : size === 2 ? data.getUint16(at) : data.getUint8(at)
  }
  const known = (place: number): number => {
    const { type = 0, ifindex = 0, vlan } = about
    const values = new Map([
      [4, type],
      [8, ifindex],
      [44, vlan ?? 0],
      [48, vlan === undefined ? 0 : 1],
    ])
    const value = values.get(place)
    if (value === undefined) throw new Error(`no ancillary load ${place}`)
    return value
  }
  for (let pc = 0; ; pc += 1) {
    steps += 1
    if ((pc + 1) * 8 > program.length || steps > 4096) throw new Error(`runs away at ${pc}`)
    const op = code.getUint16(pc * 8, true)
    const k = code.getUint32(pc * 8 + 4, true)
    const jump = (holds: boolean) => {
      pc += code.getUint8(pc * 8 + (holds ? 2 : 3))
    }
    const take = (value: number | undefined) => {
      if (value === undefined) return false
      a = value
      return true
    }
    switch (op) {
      case Code.LoadWordAbsolute:
        if (!take(k >= ANCILLARY ? known(k - ANCILLARY) : load(k, 4))) return 0
        break
      case Code.LoadHalfAbsolute:
        if (!take(load(k, 2))) return 0
        break
      case Code.LoadByteAbsolute:
        if (!take(load(k, 1))) return 0
        break
      case Code.LoadWord:
        if (!take(load(x + k, 4))) return 0
        break
      case Code.LoadHalf:
        if (!take(load(x + k, 2))) return 0
        break
      case Code.LoadByte:
        if (!take(load(x + k, 1))) return 0
        break
      case Code.LoadLength:
        a = packet.length
        break
      case Code.LoadXMemory:
        if (memory[k] === undefined) throw new Error(`M[${k}] is read before it is written`)
        x = memory[k]
        break
      case Code.LoadXImmediate:
        x = k
        break
      case Code.StoreX:
        memory[k] = x
        break
      case Code.And:
        a = (a & k) >>> 0
        break
      case Code.ShiftLeft:
        a = (a << k) >>> 0
        break
      case Code.AddX:
        a = (a + x) >>> 0
        break
      case Code.ToX:
        x = a
        break
      case Code.Jump:
        pc += k
        break
      case Code.JumpEqual:
        jump(a === k)
        break
      case Code.JumpGreater:
        jump(a > k)
        break
      case Code.JumpAtLeast:
        jump(a >= k)
        break
      case Code.JumpSet:
        jump((a & k) !== 0)
        break
      case Code.Return:
        return k
      default:
        throw new Error(`no instruction 0x${op.toString(16)} at ${pc}`)
    }
  }
}
