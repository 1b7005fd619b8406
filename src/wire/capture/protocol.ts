/** What Node and the program native/capture say to each other: native/capture/request.h in TypeScript. */

/** enum op */
export const CaptureOp = {
  Begin: 1,
  Interface: 2,
  Filter: 3,
  Socket: 4,
  Names: 5,
  Keys: 6,
  Count: 7,
  Stop: 8,
  Fates: 9,
} as const
export type CaptureOp = (typeof CaptureOp)[keyof typeof CaptureOp]

/** enum interface_flags */
export const InterfaceFlag = { Flipped: 1, Own: 2, Mac: 4 } as const

/** EVERY: the filter is for all ports of the fabric. */
export const EVERY = 0xffffffff

/** REQUEST_MAX, less the header. */
export const MOST_BODY = 65536 - 24

/** What a capture has counted. */
export interface CaptureStats {
  /** Packets that passed the filter, those that are not in the file included. */
  readonly packets: number
  /** Their bytes on the wire. */
  readonly bytes: number
  /** In the file, but shorter than `snaplen` allows: the kernel had no room for the whole of them. */
  readonly clipped: number
  /** Not in the file, since that has reached its `maxSize` (or has failed). */
  readonly omitted: number
  /** Lost before they were counted: the kernel had no room for them at all. */
  readonly dropped: number
  /** How long the file is. */
  readonly fileBytes: number
}

export interface CaptureRequest {
  readonly op: CaptureOp
  readonly args?: readonly number[]
  readonly body?: Uint8Array | string
}

export function encodeRequest(id: number, { op, args = [], body = '' }: CaptureRequest): Buffer {
  const content = Buffer.from(body)
  const bytes = Buffer.alloc(24 + content.byteLength)
  bytes.writeUInt32LE(op, 0)
  bytes.writeUInt32LE(id, 4)
  args.forEach((value, index) => {
    bytes.writeUInt32LE(value >>> 0, 8 + index * 4)
  })
  bytes.set(content, 24)
  return bytes
}

export function texts(...parts: readonly string[]): string {
  return parts.map((part) => `${part.replaceAll('\0', '')}\0`).join('')
}

/** A line that the program sent. */
export type CaptureLine =
  | { readonly type: 'ok'; readonly id: number; readonly numbers: readonly number[] }
  | { readonly type: 'error'; readonly id: number; readonly errno: number; readonly step: string }
  | { readonly type: 'full' }
  | { readonly type: 'broken'; readonly errno: number }

export function decodeLine(line: string): CaptureLine | undefined {
  const [type, ...words] = line.split(' ')
  const [first = Number.NaN, ...rest] = words.map(Number)
  if (type === 'ok') return { type, id: first, numbers: rest }
  if (type === 'error')
    return { type, id: first, errno: rest[0] ?? 0, step: words.slice(2).join(' ') }
  if (type === 'broken') return { type, errno: first }
  return type === 'full' ? { type } : undefined
}

/** The order of `enum count`. */
export function statsOf(numbers: readonly number[]): CaptureStats {
  const [packets = 0, bytes = 0, clipped = 0, omitted = 0, dropped = 0, fileBytes = 0] = numbers
  return { packets, bytes, clipped, omitted, dropped, fileBytes }
}
