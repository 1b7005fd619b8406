import { Buffer } from 'node:buffer'
import { spawnSync } from 'node:child_process'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { readPcapng } from '../../support/pcapng.js'
import { Tools } from '../fixture/tools.js'

// The capture program's parts by themselves, with sanitizers: native/capture/test/.

const native = join(dirname(fileURLToPath(import.meta.url)), '../../../native/capture')
let tools: Tools

beforeAll(() => {
  tools = new Tools()
})
afterAll(() => tools.remove())

/** A record for pcapng_test.c: its kind, the room that its block has, and what is in it. */
function record(kind: string, fields: readonly (number | string | Uint8Array)[], room = 0): Buffer {
  const parts = [room, ...fields].map((field) => {
    const bytes = typeof field === 'number' ? undefined : Buffer.from(field)
    const word = Buffer.alloc(4)
    word.writeUInt32LE(bytes?.length ?? (field as number))
    return bytes === undefined ? word : Buffer.concat([word, bytes])
  })
  return Buffer.concat([Buffer.from(kind), ...parts])
}

function write(...records: Buffer[]): Buffer {
  const files = [join(native, 'test/pcapng_test.c'), join(native, 'pcapng.c')]
  const program = tools.make('pcapng_test', files, tools.sanitizers())
  const done = spawnSync(program, { input: Buffer.concat(records), maxBuffer: 1 << 28 })
  expect(done.stderr.toString()).toBe('')
  expect(done.status).toBe(0)
  return done.stdout
}

const section = record('s', ['', '', '', ''])
const eth0 = record('i', ['eth0', '', '', '', '', 262144])

// Written by hand after the drawings of the blocks in draft-ietf-opsawg-pcapng, section 4.
test('golden bytes', () => {
  const hex = (...lines: string[]) => lines.join('').replaceAll(' ', '')
  // section header, with shb_hardware 'rig'
  expect(write(record('s', ['rig', '', '', ''])).toString('hex')).toBe(
    hex(
      '0a0d0d0a 28000000 4d3c2b1a 0100 0000 ffffffffffffffff',
      '0200 0300 72696700 0000 0000 28000000',
    ),
  )
  // interface description: LINKTYPE_ETHERNET, if_name, if_MACaddr, if_tsresol 10^-9, if_filter
  expect(
    write(section, record('i', ['lo', '', 'tcp', '', '', 96]))
      .subarray(32)
      .toString('hex'),
  ).toBe(
    hex(
      '01000000 3c000000 0100 0000 60000000',
      '0200 0200 6c6f0000 0600 0600 0200000000070000 0900 0100 09000000 0b00 0400 00746370',
      '0000 0000 3c000000',
    ),
  )
  // enhanced packet: stamp 0x0102030405060708, 5 bytes of 64, inbound multicast
  const packet = record('p', [0, 0x01020304, 0x05060708, 1, 2, 0, 0, 64, Buffer.from('hello')])
  expect(write(packet).toString('hex')).toBe(
    hex(
      '06000000 34000000 00000000 04030201 08070605 05000000 40000000 68656c6c6f000000',
      '0200 0400 09000000 0000 0000 34000000',
    ),
  )
  // decryption secrets: TLSK
  expect(write(record('k', ['A B C\n'])).toString('hex')).toBe(
    hex('0a000000 1c000000 4b534c54 06000000 4120 4220 430a 0000 1c000000'),
  )
  // name resolution: nrb_record_ipv4
  expect(write(record('n', ['10.0.0.1 a\n'])).toString('hex')).toBe(
    hex('04000000 1c000000 0100 0600 0a000001 6100 0000 0000 0000 1c000000'),
  )
  // interface statistics
  expect(write(record('t', [0, 1, 2, 5, 4, 3])).toString('hex')).toBe(
    hex(
      '05000000 58000000 00000000 00000000 02000000',
      '0200 0800 00000000 01000000 0300 0800 00000000 02000000',
      '0600 0800 0500000000000000 0700 0800 0300000000000000 0800 0800 0400000000000000',
      '0000 0000 58000000',
    ),
  )
})

const word = fc.integer({ min: 0, max: 0xffffffff })
const packet = fc.record({
  time: fc.bigInt({ min: 0n, max: (1n << 64n) - 1n }),
  direction: fc.constantFrom(0, 1, 2),
  reception: fc.integer({ min: 0, max: 3 }),
  tag: fc.option(word),
  data: fc.uint8Array({ maxLength: 2000 }),
  more: fc.integer({ min: 0, max: 70_000 }),
})

test('packets that are written are read as they were', () => {
  const law = fc.property(fc.array(packet, { minLength: 50, maxLength: 50 }), (packets) => {
    const records = packets.map(({ time, direction, reception, tag, data, more }) =>
      record('p', [
        ...[0, Number(time >> 32n), Number(time & 0xffffffffn), direction, reception],
        ...[tag === null ? 0 : 1, tag ?? 0, data.length + more, data],
      ]),
    )
    const read = readPcapng(write(section, eth0, ...records)).packets
    const expected = packets.map(({ time, direction, reception, tag, data, more }) => {
      const bytes = Buffer.from(data)
      // A tag goes in behind the addresses, where there are addresses.
      const inserted = tag === null || data.length < 12 ? Buffer.alloc(0) : Buffer.alloc(4)
      if (inserted.length > 0) inserted.writeUInt32LE(tag!)
      return {
        interface: 0,
        time,
        data: Buffer.concat([bytes.subarray(0, 12), inserted, bytes.subarray(12)]),
        original: data.length + more + inserted.length,
        direction: [undefined, 'in', 'out'][direction],
        reception,
      }
    })
    expect(read).toEqual(expected)
  })
  fc.assert(law, { numRuns: 10 })
})

test('texts that are written are read as they were', () => {
  const texts = fc.array(fc.string({ unit: 'grapheme', maxLength: 60 }), {
    minLength: 9,
    maxLength: 9,
  })
  const law = fc.property(texts, fc.string({ maxLength: 300 }), (given, keys) => {
    const [hardware, os, application, comment, ...rest] = given.map((one) =>
      one.replaceAll('\0', ''),
    )
    const records = [
      record('s', [hardware!, os!, application!, comment!]),
      record('i', [...rest, 64]),
      record('k', [keys]),
    ]
    const read = readPcapng(write(...records))
    const some = (text: string | undefined) => text || undefined
    expect([read.hardware, read.os, read.application, read.comment]).toEqual(
      [hardware, os, application, comment].map(some),
    )
    const [one] = read.interfaces
    expect([one?.name, one?.description, one?.filter, one?.os, one?.hardware]).toEqual(
      rest.map(some),
    )
    expect(one?.mac).toBe('020000000007')
    expect(read.secrets).toEqual([Buffer.from(keys).toString()])
  })
  fc.assert(law, { numRuns: 30 })
})

test('names, and lines that are none', () => {
  const lines = '10.0.0.1 a\n\nnonsense\nfd00::1 b\n1.2.3.4\n300.0.0.1 c\n10.0.0.2 d'
  expect(readPcapng(write(section, record('n', [lines]))).names).toEqual([
    ['10.0.0.1', 'a'],
    ['fd000000000000000000000000000001', 'b'],
    ['10.0.0.2', 'd'],
  ])
})

test('a block without room is not written at all', () => {
  const blocks = [
    section,
    eth0,
    record('p', [0, 0, 0, 1, 0, 1, 7, 40, Buffer.alloc(40)]),
    record('k', ['A B C\n']),
    record('n', ['10.0.0.1 a\n']),
    record('t', [0, 1, 2, 5, 4, 3]),
  ]
  for (const block of blocks) {
    const { length } = write(block)
    const rooms = (...sizes: number[]) =>
      sizes.map((size) => {
        const copy = Buffer.from(block)
        copy.writeUInt32LE(size, 1)
        return copy
      })
    expect(write(...rooms(1, 4, 8, 11, 12, 20, length - 4, length - 1)).length).toBe(0)
    expect(write(...rooms(length)).length).toBe(length)
  }
})
