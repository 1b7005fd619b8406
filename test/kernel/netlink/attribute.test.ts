import fc from 'fast-check'
import { expect, test } from 'vitest'
import { Attributes } from '../../../src/kernel/netlink/attribute.js'
import { align, encode, type Writer } from '../../../src/kernel/netlink/writer.js'

const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex')
const read = (bytes: Uint8Array) =>
  new Attributes(
    new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength),
    0,
    bytes.byteLength,
  )

test('attributes are laid out as in linux/netlink.h', () => {
  expect(hex(encode((to) => to.attributeU8(1, 0xab)))).toBe('05000100ab000000')
  expect(hex(encode((to) => to.attributeU16(2, 0x1234)))).toBe('0600020034120000')
  expect(hex(encode((to) => to.attributeU32(3, 0x12345678)))).toBe('0800030078563412')
  expect(hex(encode((to) => to.attributeBe32(3, 0x12345678)))).toBe('0800030012345678')
  expect(hex(encode((to) => to.attributeBe64(4, 258)))).toBe('0c0004000000000000000102')
  expect(hex(encode((to) => to.attributeString(5, 'eth0')))).toBe('090005006574683000000000')
  expect(hex(encode((to) => to.attributeString(5, 'é')))).toBe('07000500c3a90000')
  expect(hex(encode((to) => to.attributeBytes(6, Uint8Array.of(1, 2, 3))))).toBe('0700060001020300')
  expect(hex(encode((to) => to.attributeBytes(6, new Uint8Array(0))))).toBe('04000600')
  expect(hex(encode((to) => to.nest(7, () => to.attributeU8(1, 1))))).toBe(
    '0c0007800500010001000000',
  )
  expect(hex(encode((to) => to.nest(7, () => to.u8(9))))).toBe('0500078009000000')
  expect(hex(encode((to) => to.u8(1).u8(2).u16(3).be16(4).u16(0).u32(5)))).toBe(
    '010203000004000005000000',
  )
})

test('an encoding inside an encoding, and one that throws, leave no traces', () => {
  const inner = () => encode((to) => to.attributeU8(1, 2))
  const bytes = encode((to) => to.attributeBytes(9, inner()).attributeBytes(9, inner()))
  expect(hex(bytes)).toBe('0c0009000500010002000000'.repeat(2))
  expect(() =>
    encode((to) => {
      to.u32(0)
      throw new Error('midway')
    }),
  ).toThrow('midway')
  expect(hex(inner())).toBe('0500010002000000')
})

test('padding is zero whatever the writer held before', () => {
  encode((to) => to.bytes(new Uint8Array(64).fill(0xff)))
  expect(hex(encode((to) => to.attributeString(1, 'ab')))).toBe('0700010061620000')
  encode((to) => to.bytes(new Uint8Array(64).fill(0xff)))
  expect(hex(encode((to) => to.nest(1, () => to.u8(1))))).toBe('0500018001000000')
})

test('what does not fit 16 bits of length is refused, not cut short', () => {
  expect(() => encode((to) => to.attributeBytes(1, new Uint8Array(65532)))).toThrow(RangeError)
  expect(encode((to) => to.attributeBytes(1, new Uint8Array(65531)))).toHaveLength(65536)
  const long = (to: Writer) => {
    for (let index = 0; index < 5000; index += 1) to.attributeString(1, 'a-long-name')
  }
  expect(() => encode((to) => to.nest(1, long))).toThrow(RangeError)
})

type Value =
  | { kind: 'u8' | 'u16' | 'u32' | 'be32' | 'be64'; value: number }
  | { kind: 'string'; value: string }
  | { kind: 'bytes'; value: Uint8Array }
  | { kind: 'nest'; value: Value[] }

const { value: anyValue } = fc.letrec<{ value: Value }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 4 },
    fc.record({ kind: fc.constant('u8' as const), value: fc.nat(0xff) }),
    fc.record({ kind: fc.constant('u16' as const), value: fc.nat(0xffff) }),
    fc.record({ kind: fc.constantFrom('u32', 'be32'), value: fc.nat(0xffffffff) }),
    fc.record({ kind: fc.constant('be64' as const), value: fc.maxSafeNat() }),
    fc.record({
      kind: fc.constant('string' as const),
      value: fc.string({ unit: 'grapheme' }).filter((text) => !text.includes('\0')),
    }),
    fc.record({ kind: fc.constant('bytes' as const), value: fc.uint8Array({ maxLength: 300 }) }),
    fc.record({
      kind: fc.constant('nest' as const),
      value: fc.array(tie('value'), { maxLength: 6 }),
    }),
  ) as fc.Arbitrary<Value>,
}))

const METHODS = {
  u8: 'attributeU8',
  u16: 'attributeU16',
  u32: 'attributeU32',
  be32: 'attributeBe32',
  be64: 'attributeBe64',
} as const

function write(to: Writer, values: readonly Value[]): void {
  values.forEach((each, index) => {
    const type = index + 1
    if (each.kind === 'nest') to.nest(type, () => write(to, each.value))
    else if (each.kind === 'string') to.attributeString(type, each.value)
    else if (each.kind === 'bytes') to.attributeBytes(type, each.value)
    else to[METHODS[each.kind]](type, each.value)
  })
}

function check(attributes: Attributes, values: readonly Value[]): void {
  expect(attributes.list()).toHaveLength(values.length)
  values.forEach((each, index) => {
    const type = index + 1
    if (each.kind === 'nest') check(attributes.nested(type)!, each.value)
    else expect(attributes[each.kind](type)).toEqual(each.value)
  })
}

test('law: what is written is read', () => {
  fc.assert(
    fc.property(fc.array(anyValue, { maxLength: 10 }), (values) => {
      const bytes = encode((to) => write(to, values))
      expect(bytes.length).toBe(align(bytes.length))
      check(read(bytes), values)
    }),
  )
})

test('law: no bytes make the reader throw or read past its end', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), fc.nat(220), (bytes, to) => {
      const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
      const attributes = new Attributes(view, 0, to)
      for (let type = 0; type < 8; type += 1) {
        attributes.u8(type)
        attributes.u16(type)
        attributes.u32(type)
        attributes.be32(type)
        attributes.be64(type)
        attributes.string(type)
        attributes.u64s(type, 25)
        expect((attributes.bytes(type) ?? []).length).toBeLessThanOrEqual(Math.max(0, to - 4))
        attributes.nested(type, 16)?.list()
      }
      expect(attributes.list().length).toBeLessThanOrEqual(to / 4)
    }),
  )
})

test('numbers of 64 bits in host order', () => {
  const bytes = encode((to) => to.attributeBytes(1, new Uint8Array([1, 0, 0, 0, 2, 0, 0, 0, 9])))
  expect(read(bytes).u64s(1, 4)).toEqual([1 + 2 * 2 ** 32])
  expect(read(bytes).u64s(2, 4)).toBeUndefined()
})

test('of two attributes with one type the later counts', () => {
  const bytes = encode((to) => to.attributeU32(1, 1).attributeU32(1, 2))
  expect(read(bytes).u32(1)).toBe(2)
  expect(read(bytes).has(2)).toBe(false)
  expect(read(bytes).list()).toHaveLength(2)
})
