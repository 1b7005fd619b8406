/** A device in the fabric: its number is netrig's choice, and its name says the number. */
export interface Port {
  readonly index: number
  readonly name: string
}

/**
 * Fabric devices are numbered from here. Numbers of hosts' interfaces begin at 2, so the two ends of a
 * veth pair never have the same (with equal ones the kernel takes a second to bring the pair up).
 */
const FIRST = 1000

/** Gives out fabric device numbers, each once in a lab's life. */
export class PortNumbers {
  #next = FIRST

  port(): Port {
    return this.#take('p')
  }

  bridge(): Port {
    return this.#take('b')
  }

  #take(letter: string): Port {
    const index = this.#next
    this.#next += 1
    return { index, name: `${letter}${index}` }
  }
}
