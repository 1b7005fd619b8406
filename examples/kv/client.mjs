// One request to the store, as an application would make it; prints what came of it as JSON.
//
//   node client.mjs 5000 1 put n1 price 100     asks n1, tries again for up to 5000 ms if it must
//   node client.mjs 5000 9 get n1 price         asks nine times; its `ms` are those of the fastest
import { setTimeout as sleep } from 'node:timers/promises'
import { ask } from './talk.mjs'

const PAUSE = 100 // ms between two tries
const LONGEST = 2000 // ms that one try may take

const [patience, times, question, node, key, value] = process.argv.slice(2)
const end = performance.now() + Number(patience)

async function tryOnce() {
  const begin = performance.now()
  const within = Math.max(1, Math.min(LONGEST, end - begin))
  return ask(node, question, { key, value }, within).then(
    (answer) => ({ ok: true, ...answer, ms: performance.now() - begin }),
    (error) => ({ ok: false, error: error.message }),
  )
}

async function tryUntilAnswered() {
  for (;;) {
    const outcome = await tryOnce()
    if (outcome.ok || performance.now() + PAUSE > end) return outcome
    await sleep(PAUSE)
  }
}

let outcome = await tryUntilAnswered()
for (let more = 1; more < Number(times) && outcome.ok; more += 1) {
  const { ms } = outcome
  outcome = await tryUntilAnswered()
  if (outcome.ok) outcome.ms = Math.min(outcome.ms, ms)
}
console.log(JSON.stringify(outcome))
