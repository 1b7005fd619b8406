import { BOTH, type Direction } from '../../fault/gate.js'
import { redirectAdd, redirectDelete } from '../../kernel/rtnetlink/filter.js'
import { MAY_BE_GONE } from '../../kernel/rtnetlink/gone.js'
import type { Fabric } from './fabric.js'
import type { Port } from './ports.js'

/** What joins the two ports of a link between hosts that has no conditions: each sends on what the other gets. */
export class Redirects {
  readonly #fabric: Fabric
  readonly #ports: readonly [Port, Port]

  constructor(fabric: Fabric, ports: readonly [Port, Port]) {
    this.#fabric = fabric
    this.#ports = ports
  }

  set(direction: Direction, present: boolean): void {
    const from = this.#ports[direction].index
    const to = this.#ports[1 - direction]!.index
    this.#fabric.apply([present ? redirectAdd({ from, to }) : redirectDelete(from, MAY_BE_GONE)])
  }

  /** Makes both anew, but for a direction that is closed: its barrier finds nothing to take away. */
  make(isClosed: (direction: Direction) => boolean): void {
    this.remove()
    for (const direction of BOTH) if (!isClosed(direction)) this.set(direction, true)
  }

  remove(): void {
    for (const direction of BOTH) this.set(direction, false)
  }
}
