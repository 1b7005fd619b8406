import type { NetlinkSocket } from '../kernel/netlink/socket.js'
import { createCutTable, deleteTable, readCutTable } from '../kernel/nftables/cut.js'

/** Directions of a link: from its first end to its second, and back. */
export type Direction = 0 | 1
export const BOTH: readonly Direction[] = [0, 1]

/** What a fault did: how many packets it ate. */
export interface Effect {
  /**
   * As the fabric meets them: on a link without conditions a bundle of TCP segments, up to 64 KiB that the
   * sender's kernel hands on in one piece, is one; on a link with conditions each is a packet of the wire.
   */
  readonly packets: number
  /** With ethernet headers; `null` where something that ate packets did not count their bytes. */
  readonly bytes: number | null
}

export const NO_EFFECT: Effect = { packets: 0, bytes: 0 }

export function addEffects(a: Effect, b: Effect): Effect {
  const bytes = a.bytes === null || b.bytes === null ? null : a.bytes + b.bytes
  return { packets: a.packets + b.packets, bytes }
}

/** What was eaten since a count was `before`. */
export function effectSince(now: Effect, before: Effect): Effect {
  const packets = now.packets - before.packets
  if (packets === 0) return NO_EFFECT
  const bytes = now.bytes === null || before.bytes === null ? null : now.bytes - before.bytes
  return { packets, bytes }
}

/** How one link is closed for one direction, and what that ate; each build of a link has its own way. */
export interface Barrier {
  close(direction: Direction): void
  open(direction: Direction): void
  /** Everything eaten in this direction since the barrier exists. */
  eaten(direction: Direction): Effect
  /** The ports are gone or about to be rebuilt: leaves nothing behind, restores nothing. */
  dispose(): void
  /** Resolves when what was asked for acts, for barriers that another process carries out. */
  settled?(): Promise<void>
}

/** Where frames of a direction are met in the fabric. */
export interface Hooked {
  readonly device: string
  readonly hook: 'ingress' | 'egress'
}

/**
 * Closes a link by nft chains at the ports of the fabric, one table a direction. `before` and `after` do
 * what the kernel needs besides: mirred takes frames before nft's ingress hook sees them.
 */
export class TableBarrier implements Barrier {
  readonly #socket: NetlinkSocket
  readonly #name: string
  readonly #where: (direction: Direction) => Hooked
  readonly #redirect: ((direction: Direction, present: boolean) => void) | undefined
  readonly #closed = new Set<Direction>()
  readonly #before = new Map<Direction, Effect>()

  constructor(
    socket: NetlinkSocket,
    name: string,
    where: (direction: Direction) => Hooked,
    redirect?: (direction: Direction, present: boolean) => void,
  ) {
    this.#socket = socket
    this.#name = name
    this.#where = where
    this.#redirect = redirect
  }

  close(direction: Direction): void {
    if (this.#closed.has(direction)) return
    const { device, hook } = this.#where(direction)
    const table = this.#table(direction)
    createCutTable(this.#socket, { table, drops: [{ devices: [device], hook }] }, 'replace')
    this.#redirect?.(direction, false)
    this.#closed.add(direction)
  }

  open(direction: Direction): void {
    if (!this.#closed.has(direction)) return
    this.#redirect?.(direction, true)
    this.#before.set(direction, this.eaten(direction))
    deleteTable(this.#socket, this.#table(direction))
    this.#closed.delete(direction)
  }

  eaten(direction: Direction): Effect {
    const before = this.#before.get(direction) ?? NO_EFFECT
    if (!this.#closed.has(direction)) return before
    return addEffects(before, readCutTable(this.#socket, this.#table(direction)) ?? NO_EFFECT)
  }

  dispose(): void {
    for (const direction of this.#closed) deleteTable(this.#socket, this.#table(direction))
    this.#closed.clear()
  }

  #table(direction: Direction): string {
    return `${this.#name}-${direction}`
  }
}

/**
 * The gate of a link: closed as long as somebody (a cut, `link.down()`) holds it closed in a direction.
 */
export class Gate {
  #barrier: Barrier | undefined
  #leaving: Barrier | undefined
  readonly #holders: [Set<string>, Set<string>] = [new Set(), new Set()]
  #past: [Effect, Effect] = [NO_EFFECT, NO_EFFECT]

  /** The barrier of the link as it is built now; what holds the gate closed goes on holding. */
  hang(barrier: Barrier): void {
    this.unhang()
    this.#barrier = barrier
    for (const direction of BOTH) if (this.isClosed(direction)) barrier.close(direction)
  }

  /**
   * Before ports vanish: older kernels take a chain and its counter away with its last device. The
   * barrier itself goes on closing the link.
   */
  keepCount(): void {
    if (this.#barrier === undefined) return
    for (const direction of BOTH) this.#past[direction] = this.eaten(direction)
    this.#leaving = this.#barrier
    this.#barrier = undefined
  }

  /** After ports vanished, or when the link is about to be built another way. */
  unhang(): void {
    this.keepCount()
    this.#leaving?.dispose()
    this.#leaving = undefined
  }

  close(holder: string, directions: readonly Direction[]): void {
    for (const direction of directions) {
      this.#holders[direction].add(holder)
      this.#barrier?.close(direction)
    }
  }

  open(holder: string, directions: readonly Direction[] = BOTH): void {
    for (const direction of directions) {
      if (!this.#holders[direction].delete(holder)) continue
      if (this.#holders[direction].size === 0) this.#barrier?.open(direction)
    }
  }

  /** Resolves when the gate is as it was last told to be. */
  async settled(): Promise<void> {
    await this.#barrier?.settled?.()
  }

  isClosed(direction: Direction): boolean {
    return this.#holders[direction].size > 0
  }

  /** All that this gate ate in a direction. */
  eaten(direction: Direction): Effect {
    const now = this.#barrier?.eaten(direction) ?? NO_EFFECT
    return addEffects(this.#past[direction], now)
  }
}
