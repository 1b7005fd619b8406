// Customers pay into a store whose primary is killed halfway. In the end every deposit that was
// acknowledged has to be in the backup, once.
//
//   node run.mjs             all on one machine, as in most tests: three seconds
//   node run.mjs --mobile    with a mobile network between them: half a minute
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { pay } from './customers.mjs'
import { carry } from './network.mjs'
import { ask, sleep } from './talk.mjs'

const mobile = process.argv.includes('--mobile')
const [PRIMARY, BACKUP] = [7001, 7002]
// With a network in between others are asked at ports of its.
const [TO_PRIMARY, TO_BACKUP] = mobile ? [7101, 7102] : [PRIMARY, BACKUP]
const PAUSE = mobile ? 4000 : 20 // ms

/** Starts a store, with Node's options of this process, and waits until it listens. */
async function start(...args) {
  const store = spawn(process.execPath, [...process.execArgv, 'store.mjs', ...args], {
    cwd: import.meta.dirname,
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  process.on('exit', () => store.kill('SIGKILL'))
  await once(store.stdout, 'data')
  return store
}

if (mobile) {
  await carry(TO_PRIMARY, PRIMARY)
  await carry(TO_BACKUP, BACKUP)
}
await start(BACKUP)
const primary = await start(PRIMARY, TO_BACKUP)

const acknowledged = {}
let count = 0
let half
const halfway = new Promise((resolve) => {
  half = resolve
})
const paying = ['ann', 'bob', 'cem'].map((customer) =>
  pay(customer, [TO_PRIMARY, TO_BACKUP], PAUSE, (account, amount) => {
    acknowledged[account] = (acknowledged[account] ?? 0) + amount
    count += 1
    if (count === 18) half()
  }),
)

await halfway
primary.kill('SIGKILL')
await sleep(500) // until someone notices
await ask(BACKUP, { do: 'lead' }, 5000)
await Promise.all(paying)

const { balances } = await ask(BACKUP, { do: 'balances' }, 5000)
for (const [account, amount] of Object.entries(acknowledged)) {
  if (balances[account] === amount) continue
  console.error(`${account}: ${amount} were acknowledged, the store has ${balances[account]}`)
  process.exit(1)
}
console.log('all deposits are there, once:', balances)
process.exit()
