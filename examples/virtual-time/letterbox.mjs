// Where letters are delivered. Takes none from a postman whose round is over.
import { serve } from './talk.mjs'

const letters = new Set()
let latest = 0
let stale = 0

serve({
  letter({ letter, round }) {
    if (round < latest) {
      stale += 1
      throw new Error(`round ${round} is over`)
    }
    latest = round
    letters.add(letter)
  },
  state: () => ({ letters: letters.size, stale }),
})
