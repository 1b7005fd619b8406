// What a client does about a network that comes and goes.
import { setTimeout as sleep } from 'node:timers/promises'

const FIRST = 1_000 // ms before the second attempt
const LONGEST = 5 * 60_000

/** Tries until it works, after pauses that double up to five minutes, each a little by chance. */
export async function retry(work, { until }) {
  for (let pause = FIRST; ; pause = Math.min(pause * 2, LONGEST)) {
    try {
      return await work()
    } catch (error) {
      if (until()) throw error
    }
    await sleep(pause * (0.5 + Math.random() / 2))
  }
}

/** After five failures in a row asks nobody for a minute: who is down is not helped by more calls. */
export class Breaker {
  #failures = 0
  #openUntil = 0

  async call(work) {
    if (Date.now() < this.#openUntil) throw new Error('the circuit is open')
    try {
      const result = await work()
      this.#failures = 0
      return result
    } catch (error) {
      this.#failures += 1
      if (this.#failures % 5 === 0) {
        this.#openUntil = Date.now() + 60_000
        console.log('circuit open')
      }
      throw error
    }
  }
}
