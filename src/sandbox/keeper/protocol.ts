/**
 * What Node and the keeper say to each other on the control socket; `native/common/wire.h` says the
 * same in C. Little endian.
 */

/** Requests (enum op). */
export const Op = {
  MakeHost: 1,
  KillHost: 2,
  Socket: 3,
  Relay: 4,
  View: 5,
  Signal: 6,
  StopAll: 7,
  ContAll: 8,
  Sysctl: 9,
  Show: 10,
  Netns: 11,
  See: 12,
  Run: 13,
  KeyFile: 14,
} as const
export type Op = (typeof Op)[keyof typeof Op]

/** Answers and news (enum kind). */
export const Kind = {
  Done: 1,
  Net: 2,
  Ready: 3,
  Gone: 4,
  Program: 5,
  RelayGone: 6,
  Lab: 7,
} as const

/** enum make_flags */
export const MAKE_IN_CGROUP = 1
export const MAKE_WANT_PIDFD = 2

/** enum mapping: how the lab's uid 0 relates to the machine's. */
export const MAPPINGS = ['self', 'tamed', 'identity'] as const
export type Mapping = (typeof MAPPINGS)[number]

/** enum reach: whom a signal is for. */
export const Reach = { process: 0, group: 1, tree: 2, once: 3 } as const
export type Reach = keyof typeof Reach

/** enum news */
export const News = { Started: 1, Failed: 2, Gone: 4 } as const

/** enum stage in `native/common/launch.h`: what a program could not do before it ran. */
export const Stage = { Request: 1, Fork: 2, Cwd: 3, Exec: 4, Host: 5 } as const

const HEADER_WORDS = 7
/** MESSAGE_MAX in wire.h. */
export const MESSAGE_MAX = 8192

export interface Request {
  readonly op: Op
  readonly host?: number
  readonly args?: readonly number[]
  readonly text?: string
}

export interface Reply {
  readonly kind: number
  readonly id: number
  readonly host: number
  readonly error: number
  readonly args: readonly [number, number, number, number]
  readonly text: string
}

export function encodeRequest(id: number, { op, host = 0, args = [], text = '' }: Request): Buffer {
  const size = Buffer.byteLength(text)
  const bytes = Buffer.alloc(HEADER_WORDS * 4 + size)
  bytes.writeUInt32LE(op, 0)
  bytes.writeUInt32LE(id, 4)
  bytes.writeUInt32LE(host, 8)
  args.forEach((value, index) => {
    bytes.writeUInt32LE(value >>> 0, 12 + index * 4)
  })
  bytes.write(text, HEADER_WORDS * 4)
  return bytes
}

export function decodeReply(bytes: Uint8Array): Reply {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const word = (index: number) => view.getUint32(index * 4, true)
  return {
    kind: word(0),
    id: word(1),
    host: word(2),
    error: view.getInt32(12, true),
    args: [word(4), word(5), word(6), word(7)],
    text: Buffer.from(bytes.subarray(32)).toString(),
  }
}
