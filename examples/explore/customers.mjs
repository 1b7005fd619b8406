// Customers who pay into accounts, one deposit after the other, and insist on an answer. Says at the
// end how much was acknowledged.
//
//   node customers.mjs PORT,PORT DEPOSITS MOST_MS_BETWEEN
import { randomUUID } from 'node:crypto'
import { insist, sleep } from './talk.mjs'

const PATIENCE = 1000 // ms until they ask again

const [ports, deposits, pause] = process.argv.slice(2)
const acknowledged = {}

async function pay(customer) {
  for (let count = 1; count <= deposits; count++) {
    await sleep(Math.random() * pause)
    const account = Math.random() < 0.5 ? 'rent' : 'food'
    const amount = 1 + Math.floor(Math.random() * 99)
    const question = { do: 'deposit', customer, id: randomUUID(), account, amount }
    await insist(ports.split(','), question, PATIENCE)
    acknowledged[account] = (acknowledged[account] ?? 0) + amount
    if (count === Math.ceil(deposits / 2)) console.log(`${customer} is half through`)
  }
}

await Promise.all(['ann', 'bob', 'cem'].map(pay))
console.log(JSON.stringify(acknowledged))
