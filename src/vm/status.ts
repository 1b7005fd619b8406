import { closeSync, openSync, readSync } from 'node:fs'

/** "netrigvm" in memory (native/vm/common/status.h). */
const MAGIC = 0x6d7667697274656en
const SIZE = 48

/** How a vm's kernel is, as it says itself. */
export interface Status {
  /** Since boot. */
  readonly virtualNs: bigint
  readonly switches: bigint
  /** Everything in the vm waits. */
  readonly idle: boolean
  /** The task that runs. */
  readonly pid: number
  readonly name: string
}

/** Reads a status page; undefined before the kernel has begun to write it. */
export function readStatus(page: Uint8Array): Status | undefined {
  const view = new DataView(page.buffer, page.byteOffset, page.byteLength)
  if (page.byteLength < SIZE || view.getBigUint64(0, true) !== MAGIC) return undefined
  const name = page.subarray(32, SIZE)
  const end = name.indexOf(0)
  return {
    virtualNs: view.getBigUint64(8, true),
    switches: view.getBigUint64(16, true),
    idle: view.getUint32(24, true) === 1,
    pid: view.getInt32(28, true),
    name: Buffer.from(name.subarray(0, end < 0 ? name.length : end)).toString(),
  }
}

/** The page in which a vm's kernel says how it is: memory that it shares with us, read at any time. */
export class StatusPage {
  readonly #bytes = new Uint8Array(SIZE)
  #fd: number | undefined
  #last: Status | undefined

  /** @param path the page's file, e.g. `/proc/1234/fd/3`; it may not be there yet */
  open(path: string): void {
    try {
      this.#fd ??= openSync(path, 'r')
    } catch {
      // The kernel's process has not come that far, or has ended.
    }
  }

  read(): Status | undefined {
    if (this.#fd !== undefined) {
      readSync(this.#fd, this.#bytes, 0, SIZE, 0)
      this.#last = readStatus(this.#bytes) ?? this.#last
    }
    return this.#last
  }

  close(): void {
    if (this.#fd === undefined) return
    this.read()
    closeSync(this.#fd)
    this.#fd = undefined
  }
}
