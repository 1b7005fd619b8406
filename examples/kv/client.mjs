// One request to the store, as an application would make it; prints what came of it as JSON.
//
//   node client.mjs 5000 put n1 price 100     asks n1, tries again for up to 5000 ms if it must
//   node client.mjs 5000 get n1 price
import { setTimeout as sleep } from 'node:timers/promises'
import { ask } from './talk.mjs'

const PAUSE = 100 // ms between two tries
const LONGEST = 2000 // ms that one try may take

const [time, question, node, key, value] = process.argv.slice(2)
const end = performance.now() + Number(time)

let outcome
do {
  const begin = performance.now()
  const within = Math.max(1, Math.min(LONGEST, end - begin))
  outcome = await ask(node, question, { key, value }, within).then(
    (answer) => ({ ok: true, ...answer, ms: performance.now() - begin }),
    (error) => ({ ok: false, error: error.message }),
  )
  if (!outcome.ok) await sleep(PAUSE)
} while (!outcome.ok && performance.now() < end)

console.log(JSON.stringify(outcome))
