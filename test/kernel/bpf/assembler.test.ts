import fc from 'fast-check'
import { expect, test } from 'vitest'
import { Assembler, Code } from '../../../src/kernel/bpf/assembler.js'
import { runFilter } from './machine.js'

test('a program as the kernel takes it', () => {
  const code = new Assembler()
  const [yes, no] = [code.label(), code.label()]
  code.emit(Code.LoadHalfAbsolute, 12)
  code.jump(Code.JumpEqual, 0x800, yes, no)
  code.place(yes)
  code.emit(Code.Return, 0xffffffff)
  code.place(no)
  code.emit(Code.Return, 0)
  // `tcpdump -ddd ip`: 40 0 0 12, 21 0 1 2048, 6 0 0 -1, 6 0 0 0
  expect(Buffer.from(code.assemble()).toString('hex')).toBe(
    '280000000c000000' + '1500000100080000' + '06000000ffffffff' + '0600000000000000',
  )
})

test('jumps of every length go where they should', () => {
  // A chain of tests of the first byte: each of them jumps to a return of its own, behind all of them.
  const law = fc.property(fc.integer({ min: 1, max: 1000 }), fc.nat(), (count, seed) => {
    const code = new Assembler()
    const targets = Array.from({ length: count }, () => code.label())
    code.emit(Code.LoadWordAbsolute, 0)
    targets.forEach((target, value) => {
      const next = code.label()
      code.jump(Code.JumpEqual, value, target, next)
      code.place(next)
    })
    code.emit(Code.Return, 0)
    targets.forEach((target, value) => {
      code.place(target)
      code.emit(Code.Return, value + 1)
    })
    const program = code.assemble()
    for (const value of [0, count - 1, seed % count]) {
      const packet = Buffer.alloc(4)
      packet.writeUInt32BE(value)
      expect(runFilter(program, packet)).toBe(value + 1)
    }
    expect(runFilter(program, Buffer.from('ffffffff', 'hex'))).toBe(0)
  })
  fc.assert(law, { numRuns: 30 })
})
