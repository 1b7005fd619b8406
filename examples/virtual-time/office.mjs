// Has a letter to be delivered every two minutes, and leases the round to one postman at a time.
import { serve } from './talk.mjs'

const LEASE = 3 * 60_000 // ms

let holder
let until = 0
let round = 0
let written = 0
const waiting = []

const writing = setInterval(() => waiting.push(++written), 2 * 60_000)
waiting.push(++written)

serve({
  lease({ who }) {
    if (Date.now() >= until) {
      if (holder !== who) round += 1
      holder = who
    }
    if (holder !== who) throw new Error(`${holder} is on the round`)
    until = Date.now() + LEASE
    return { round, for: LEASE }
  },
  next: () => ({ letter: waiting[0] }),
  delivered({ letter }) {
    if (waiting[0] === letter) waiting.shift()
  },
  enough: () => clearInterval(writing),
  state: () => ({ written, waiting: waiting.length, rounds: round }),
})
