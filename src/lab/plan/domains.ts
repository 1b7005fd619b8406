/** Which switches are one broadcast domain: a union-find (Galler and Fischer) of switch names. */
export class Domains {
  readonly #parent = new Map<string, string>()

  /** The switch that stands for the domain of this one. */
  of(name: string): string {
    let root = name
    for (let up = this.#parent.get(root); up !== undefined; up = this.#parent.get(root)) root = up
    // Path compression: a chain of a thousand switches is walked once, not once for each.
    let at = name
    while (at !== root) {
      const up = this.#parent.get(at)!
      this.#parent.set(at, root)
      at = up
    }
    return root
  }

  /** Makes two domains one. False when they are one already: a link there closes a loop. */
  join(a: string, b: string): boolean {
    const first = this.of(a)
    const second = this.of(b)
    if (first === second) return false
    this.#parent.set(second, first)
    return true
  }
}
