// A store of accounts. The primary answers a deposit when its backup has it, too, so that nothing
// that was acknowledged is lost with the primary. The backup becomes primary when it is told to.
//
//   node store.mjs PORT [PORT_OF_BACKUP]
import { insist, serve } from './talk.mjs'

const PATIENCE = 1000 // ms until the backup is asked again

const [port, backup] = process.argv.slice(2).map(Number)
const balances = {}
const latest = new Map() // of each customer the latest deposit: its id, and our answer
let primary = backup !== undefined

serve(port, async (question) => {
  switch (question.do) {
    case 'deposit':
      if (!primary) throw new Error('I am the backup')
      return await deposit(question)
    case 'replicate':
      if (primary) throw new Error('I have taken over')
      return await deposit(question)
    case 'lead':
      primary = true
      return {}
    case 'balances':
      return { balances }
    default:
      throw new Error(`what is ${question.do}?`)
  }
})

async function deposit({ customer, id, account, amount }) {
  // Who hears nothing asks again. Nobody has two deposits under way at once, so the latest one is
  // all there is to remember: an id that we have seen there must not count twice.
  const known = latest.get(customer)
  if (known?.id === id) return await known.answer
  const answer = apply({ customer, id, account, amount })
  latest.set(customer, { id, answer })
  return await answer
}

async function apply({ account, amount, ...rest }) {
  balances[account] = (balances[account] ?? 0) + amount
  if (backup !== undefined) {
    await insist([backup], { do: 'replicate', account, amount, ...rest }, PATIENCE)
  }
  return { balance: balances[account] }
}
