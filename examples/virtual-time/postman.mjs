// Delivers letters while it has the lease.
//
//   node postman.mjs NAME
import { setTimeout as sleep } from 'node:timers/promises'
import { ask, Breaker, retry } from './retry.mjs'

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
      const answer = await ask('http://office:8080/lease', { who })
      if (answer.round !== lease.round) console.log(`round ${answer.round}`)
      lease = { round: answer.round, until: asked + answer.for }
    } catch {
      // The other one has it, or nobody answers.
    }
    await sleep(20_000)
  }
}

async function deliver() {
  const { letter } = await office.call(() => ask('http://office:8080/next', {}))
  if (letter === undefined) return
  const { round } = lease
  const over = { until: () => !onRound() }
  await retry(
    () => letterbox.call(() => ask('http://letterbox:8080/letter', { letter, round })),
    over,
  )
  await retry(() => office.call(() => ask('http://office:8080/delivered', { letter })), over)
}

renew()
console.log('ready')
for (;;) {
  if (onRound()) await deliver().catch(() => {})
  await sleep(10_000)
}
