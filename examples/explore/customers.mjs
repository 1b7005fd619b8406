// Customers who pay into accounts, one deposit after the other, and insist on an answer.
import { randomUUID } from 'node:crypto'
import { insist, sleep } from './talk.mjs'

const PATIENCE = 1000 // ms until they ask again
const DEPOSITS = 12

/**
 * Makes a customer's deposits.
 *
 * @param stores ports of the store, which are asked in turn
 * @param pause most ms that a customer thinks between two deposits
 * @param acknowledged is told of each amount that the store has said yes to
 */
export async function pay(customer, stores, pause, acknowledged) {
  for (let count = 0; count < DEPOSITS; count++) {
    await sleep(Math.random() * pause)
    const account = Math.random() < 0.5 ? 'rent' : 'food'
    const amount = 1 + Math.floor(Math.random() * 99)
    const question = { do: 'deposit', customer, id: randomUUID(), account, amount }
    await insist(stores, question, PATIENCE)
    acknowledged(account, amount)
  }
}
