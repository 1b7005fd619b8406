import { Buffer } from 'node:buffer'

/**
 * A reader of pcapng (draft-ietf-opsawg-pcapng) that takes nothing on trust: what the draft says must be
 * so is checked, and a file that breaks it is an error. Little endian only.
 */

export interface PcapngInterface {
  readonly linkType: number
  readonly snaplen: number
  readonly name: string | undefined
  readonly description: string | undefined
  readonly filter: string | undefined
  readonly mac: string | undefined
  readonly os: string | undefined
  readonly hardware: string | undefined
}

export interface PcapngPacket {
  readonly interface: number
  /** Nanoseconds since 1970. */
  readonly time: bigint
  readonly data: Buffer
  readonly original: number
  readonly direction: 'in' | 'out' | undefined
  readonly reception: number
  readonly comment: string | undefined
}

export interface PcapngStatistics {
  readonly interface: number
  readonly comment: string | undefined
  readonly begin: bigint
  readonly end: bigint
  readonly accepted: bigint
  readonly dropped: bigint
  readonly delivered: bigint
}

export interface Pcapng {
  readonly hardware: string | undefined
  readonly os: string | undefined
  readonly application: string | undefined
  readonly comment: string | undefined
  readonly interfaces: readonly PcapngInterface[]
  readonly packets: readonly PcapngPacket[]
  readonly statistics: readonly PcapngStatistics[]
  /** Texts of the blocks of TLS keys, in order. */
  readonly secrets: readonly string[]
  readonly names: readonly (readonly [address: string, name: string])[]
  /** Types of the blocks, in order. */
  readonly blocks: readonly number[]
}

type Options = ReadonlyMap<number, Buffer>

function must(holds: boolean, what: string, at: number): void {
  if (!holds) throw new Error(`not pcapng at byte ${at}: ${what}`)
}

function padded(length: number): number {
  return (length + 3) & ~3
}

/** Options up to the end of a block's body; each at most once here, and the end is marked. */
function options(body: Buffer, from: number, at: number): Options {
  const found = new Map<number, Buffer>()
  let place = from
  for (;;) {
    must(place + 4 <= body.length, 'options have an end', at)
    const code = body.readUInt16LE(place)
    const length = body.readUInt16LE(place + 2)
    if (code === 0) {
      must(length === 0 && place + 4 === body.length, 'nothing follows the end of options', at)
      return found
    }
    must(!found.has(code), `option ${code} is there once`, at)
    const end = place + 4 + padded(length)
    must(end <= body.length, `option ${code} fits`, at)
    const padding = body.subarray(place + 4 + length, end)
    must(
      padding.every((byte) => byte === 0),
      'padding is zero',
      at,
    )
    found.set(code, body.subarray(place + 4, place + 4 + length))
    place = end
  }
}

function time(bytes: Buffer): bigint {
  return (BigInt(bytes.readUInt32LE(0)) << 32n) | BigInt(bytes.readUInt32LE(4))
}

function text(bytes: Buffer | undefined): string | undefined {
  return bytes?.toString()
}

function names(body: Buffer, at: number): [string, string][] {
  const found: [string, string][] = []
  let place = 0
  for (;;) {
    const type = body.readUInt16LE(place)
    const length = body.readUInt16LE(place + 2)
    if (type === 0) {
      must(place + 4 === body.length, 'nothing follows the end of names', at)
      return found
    }
    const size = type === 1 ? 4 : 16
    const bytes = body.subarray(place + 4, place + 4 + length)
    const address =
      type === 1 ? bytes.subarray(0, 4).join('.') : bytes.subarray(0, 16).toString('hex')
    must(bytes.at(-1) === 0, 'a name ends with NUL', at)
    found.push([address, bytes.subarray(size, -1).toString()])
    place += 4 + padded(length)
  }
}

/** @throws Error where the bytes are not what the draft says */
export function readPcapng(bytes: Uint8Array): Pcapng {
  const file = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  let section: Options = new Map()
  const interfaces: PcapngInterface[] = []
  const packets: PcapngPacket[] = []
  const statistics: PcapngStatistics[] = []
  const secrets: string[] = []
  const resolved: [string, string][] = []
  const blocks: number[] = []
  for (let at = 0; at < file.length; ) {
    must(at + 12 <= file.length, 'a block has 12 bytes at least', at)
    const type = file.readUInt32LE(at)
    const length = file.readUInt32LE(at + 4)
    must(length % 4 === 0 && length >= 12 && at + length <= file.length, 'a block is whole', at)
    must(file.readUInt32LE(at + length - 4) === length, 'a block says its length twice', at)
    const body = file.subarray(at + 8, at + length - 4)
    must((blocks.length === 0) === (type === 0x0a0d0d0a), 'a section begins the file', at)
    blocks.push(type)
    switch (type) {
      case 0x0a0d0d0a:
        must(body.readUInt32LE(0) === 0x1a2b3c4d, 'the byte order is little endian', at)
        must(body.readUInt16LE(4) === 1 && body.readUInt16LE(6) === 0, 'it is version 1.0', at)
        must(body.readBigInt64LE(8) === -1n, 'its length is not said', at)
        section = options(body, 16, at)
        break
      case 1: {
        const given = options(body, 8, at)
        must(given.get(9)?.equals(Buffer.of(9)) === true, 'stamps are nanoseconds', at)
        must(body.readUInt16LE(2) === 0, 'what is reserved is zero', at)
        const filter = given.get(11)
        must(filter === undefined || filter[0] === 0, 'a filter is a text', at)
        interfaces.push({
          linkType: body.readUInt16LE(0),
          snaplen: body.readUInt32LE(4),
          name: text(given.get(2)),
          description: text(given.get(3)),
          filter: text(filter?.subarray(1)),
          mac: given.get(6)?.toString('hex'),
          os: text(given.get(12)),
          hardware: text(given.get(15)),
        })
        break
      }
      case 6: {
        const captured = body.readUInt32LE(12)
        const given = options(body, 20 + padded(captured), at)
        must(body.readUInt32LE(0) < interfaces.length, 'its interface was described', at)
        const flags = given.get(2)?.readUInt32LE(0) ?? 0
        packets.push({
          interface: body.readUInt32LE(0),
          time: time(body.subarray(4)),
          data: body.subarray(20, 20 + captured),
          original: body.readUInt32LE(16),
          direction: ([undefined, 'in', 'out'] as const)[flags & 3],
          reception: (flags >> 2) & 7,
          comment: text(given.get(1)),
        })
        break
      }
      case 5: {
        const given = options(body, 12, at)
        statistics.push({
          interface: body.readUInt32LE(0),
          comment: text(given.get(1)),
          begin: time(given.get(2)!),
          end: time(given.get(3)!),
          accepted: given.get(6)!.readBigUInt64LE(),
          dropped: given.get(7)!.readBigUInt64LE(),
          delivered: given.get(8)!.readBigUInt64LE(),
        })
        break
      }
      case 10: {
        must(body.readUInt32LE(0) === 0x544c534b, 'secrets are TLS keys', at)
        const size = body.readUInt32LE(4)
        must(8 + padded(size) === body.length, 'secrets fill their block', at)
        secrets.push(body.subarray(8, 8 + size).toString())
        break
      }
      case 4:
        resolved.push(...names(body, at))
        break
      default:
        must(false, `a block of type ${type} is known`, at)
    }
    at += length
  }
  return {
    hardware: text(section.get(2)),
    os: text(section.get(3)),
    application: text(section.get(4)),
    comment: text(section.get(1)),
    interfaces,
    packets,
    statistics,
    secrets,
    names: resolved,
    blocks,
  }
}
