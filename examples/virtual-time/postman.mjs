// Delivers letters while it has the lease.
//
//   node postman.mjs NAME
import { setTimeout as sleep } from 'node:timers/promises'
import { Breaker, retry } from './retry.mjs'
import { ask } from './talk.mjs'

const who = process.argv[2]
const office = new Breaker()
const letterbox = new Breaker()
let lease = { round: 0, until: 0 }
const onRound = () => Date.now() < lease.until

/** Asks for the lease, and again well before it ends. */
async function renew() {
  for (;;) {
    // From before the question: however long the answer takes, we never believe in it for too long.
    const asked = Date.now()
    try {
      const answer = await ask('office', '/lease', { who })
      if (answer.round !== lease.round) console.log(`round ${answer.round}`)
      lease = { round: answer.round, until: asked + answer.for }
    } catch {
      // The other one has it, or nobody answers.
    }
    await sleep(60_000)
  }
}

/** Delivers the next letter; false when there is none. */
async function deliver() {
  const { letter } = await office.call(() => ask('office', '/next', {}))
  if (letter === undefined) return false
  const { round } = lease
  const over = { until: () => !onRound() }
  await retry(() => letterbox.call(() => ask('letterbox', '/letter', { letter, round })), over)
  await retry(() => office.call(() => ask('office', '/delivered', { letter })), over)
  return true
}

renew()
console.log('ready')
for (;;) {
  const more = onRound() && (await deliver().catch(() => false))
  if (!more) await sleep(60_000)
}
