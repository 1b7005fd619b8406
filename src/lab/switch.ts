/** A switch: hosts and routers linked to it, and to switches linked to it, share one subnet. */
export class Switch {
  readonly name: string
  readonly #subnet: () => string | undefined
  /** The lab it belongs to. @internal */
  readonly owner: object

  /** @internal */
  constructor(owner: object, name: string, subnet: () => string | undefined) {
    this.owner = owner
    this.name = name
    this.#subnet = subnet
  }

  /** Its subnet, e.g. `10.0.0.0/24`; undefined until the lab has started. */
  get subnet(): string | undefined {
    return this.#subnet()
  }

  toString(): string {
    return this.name
  }
}
