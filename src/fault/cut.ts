import type { NetlinkSocket } from '../kernel/netlink/socket.js'
import { createCutTable, deleteTable, readCutTable } from '../kernel/nftables/cut.js'
import {
  addEffects,
  type Direction,
  type Effect,
  effectSince,
  type Gate,
  NO_EFFECT,
} from './gate.js'

/** A switch's port, as the fabric has it now. */
export interface CutPort {
  readonly name: string
  readonly index: number
}

/** What a cut separates; asked again whenever ports came or went. */
export interface CutPlan {
  /** Bridge ports of the two groups' hosts, for each broadcast domain that both are on. */
  readonly domains: readonly { readonly a: readonly CutPort[]; readonly b: readonly CutPort[] }[]
  /** Direct links between the groups, with the directions to close. */
  readonly gates: readonly { readonly gate: Gate; readonly directions: readonly Direction[] }[]
}

export interface CutDirections {
  readonly aToB: boolean
  readonly bToA: boolean
}

/**
 * A partition as the fabric knows it: frames of one group are marked where they enter a switch and
 * dropped where they would leave it to the other. Nothing of it is in a host, so nothing in a host undoes it.
 */
export class Cut {
  readonly id: string
  readonly #socket: NetlinkSocket
  readonly #plan: () => CutPlan
  readonly #directions: CutDirections
  readonly #gateStart = new Map<Gate, Effect>()
  #past: Effect = NO_EFFECT
  #tables = 0
  #healed = false

  constructor(id: string, socket: NetlinkSocket, plan: () => CutPlan, directions: CutDirections) {
    this.id = id
    this.#socket = socket
    this.#plan = plan
    this.#directions = directions
    this.#install()
  }

  get active(): boolean {
    return !this.#healed
  }

  /** Ports came or went (a host crashed or restarted): acts on those that are there now. */
  refresh(): void {
    if (this.#healed) return
    this.#past = addEffects(this.#past, this.#readTables())
    this.#install()
  }

  /** Resolves when the cut acts on every link that it closes. */
  async settled(): Promise<void> {
    await Promise.all([...this.#gateStart.keys()].map((gate) => gate.settled()))
  }

  /** Packets that this cut ate. */
  effect(): Effect {
    let sum = this.#healed ? this.#past : addEffects(this.#past, this.#readTables())
    if (!this.#healed) sum = addEffects(sum, this.#readGates())
    return sum
  }

  heal(): void {
    if (this.#healed) return
    this.#past = this.effect()
    this.#healed = true
    for (const gate of this.#gateStart.keys()) gate.open(this.id)
    for (let at = 0; at < this.#tables; at += 1) deleteTable(this.#socket, this.#table(at))
  }

  /** The lab ends, and with it what the cut acted on: keeps the count. */
  end(): void {
    if (this.#healed) return
    this.#healed = true
    this.#past = addEffects(addEffects(this.#past, this.#readTables()), this.#readGates())
  }

  #table(at: number): string {
    return `${this.id}-${at}`
  }

  #install(): void {
    const { domains, gates } = this.#plan()
    const { aToB, bToA } = this.#directions
    // One table a broadcast domain, exchanged in one transaction: no frame slips through between.
    domains.forEach(({ a, b }, at) => {
      const drops = []
      if (aToB && a.length > 0 && b.length > 0) {
        drops.push({
          devices: names(b),
          hook: 'egress' as const,
          marks: a.map(({ index }) => index),
        })
      }
      if (bToA && a.length > 0 && b.length > 0) {
        drops.push({
          devices: names(a),
          hook: 'egress' as const,
          marks: b.map(({ index }) => index),
        })
      }
      const markDevices = drops.length === 0 ? [] : names([...a, ...b])
      createCutTable(this.#socket, { table: this.#table(at), markDevices, drops }, 'replace')
    })
    this.#tables = Math.max(this.#tables, domains.length)
    for (const { gate, directions } of gates) {
      if (!this.#gateStart.has(gate)) this.#gateStart.set(gate, eaten(gate, directions))
      gate.close(this.id, directions)
    }
  }

  #readTables(): Effect {
    let sum = NO_EFFECT
    for (let at = 0; at < this.#tables; at += 1) {
      sum = addEffects(sum, readCutTable(this.#socket, this.#table(at)) ?? NO_EFFECT)
    }
    return sum
  }

  #readGates(): Effect {
    let sum = NO_EFFECT
    for (const { gate, directions } of this.#plan().gates) {
      const now = eaten(gate, directions)
      sum = addEffects(sum, effectSince(now, this.#gateStart.get(gate) ?? NO_EFFECT))
    }
    return sum
  }
}

function names(ports: readonly CutPort[]): string[] {
  return ports.map(({ name }) => name)
}

function eaten(gate: Gate, directions: readonly Direction[]): Effect {
  return directions.reduce((sum, direction) => addEffects(sum, gate.eaten(direction)), NO_EFFECT)
}
