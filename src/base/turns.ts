/** Lets pieces of work that must not overlap run one after the other, in the order in which they came. */
export class Turns {
  #last: Promise<unknown> | undefined

  /** Begins at once, before it returns, when nothing else is under way. */
  take<T>(work: () => Promise<T>): Promise<T> {
    const mine = this.#last === undefined ? begin(work) : this.#last.then(work)
    const over = mine.then(
      () => undefined,
      () => undefined,
    )
    this.#last = over
    void over.then(() => {
      if (this.#last === over) this.#last = undefined
    })
    return mine
  }
}

async function begin<T>(work: () => Promise<T>): Promise<T> {
  return work()
}
