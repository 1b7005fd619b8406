/** Lets pieces of work that must not overlap run one after the other, in the order in which they came. */
export class Turns {
  #last: Promise<unknown> = Promise.resolve()
  #waiting = 0

  /** Begins at once, before it returns, when nothing else is under way. */
  take<T>(work: () => Promise<T>): Promise<T> {
    const begin = async () => {
      try {
        return await work()
      } finally {
        this.#waiting -= 1
      }
    }
    const mine = this.#waiting === 0 ? begin() : this.#last.then(begin)
    this.#waiting += 1
    this.#last = mine.catch(() => undefined)
    return mine
  }
}
