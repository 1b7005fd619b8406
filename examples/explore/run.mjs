// Customers pay into a store whose primary is killed halfway. In the end every deposit that was
// acknowledged has to be in the backup, once.
//
//   node run.mjs             all on one machine, as in most tests: a second
//   node run.mjs --mobile    with a mobile network between them: a minute or two
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { carry } from './network.mjs'
import { ask, sleep } from './talk.mjs'

const mobile = process.argv.includes('--mobile')
const [PRIMARY, BACKUP] = [7001, 7002]
// With a network in between others are asked at ports of its.
const [TO_PRIMARY, TO_BACKUP] = mobile ? [7101, 7102] : [PRIMARY, BACKUP]

const children = []
/** Starts a program of this folder and waits for its first line. */
async function start(...args) {
  const stdio = ['ignore', 'pipe', 'inherit']
  const child = spawn(process.execPath, args, { cwd: import.meta.dirname, stdio })
  children.push(child)
  child.lines = createInterface(child.stdout)[Symbol.asyncIterator]()
  child.stop = async () => {
    child.kill('SIGKILL')
    await once(child, 'exit')
  }
  return child
}
const line = async (child) => (await child.lines.next()).value

async function main() {
  if (mobile) {
    await carry(TO_PRIMARY, PRIMARY)
    await carry(TO_BACKUP, BACKUP)
  }
  await line(await start('store.mjs', BACKUP))
  const primary = await start('store.mjs', PRIMARY, TO_BACKUP)
  await line(primary)
  const customers = await start(
    'customers.mjs',
    `${TO_PRIMARY},${TO_BACKUP}`,
    12,
    mobile ? 4000 : 20,
  )

  await line(customers) // the first of them is half through
  await primary.stop()
  await sleep(500) // until someone notices
  await ask(BACKUP, { do: 'lead' }, 5000)

  let last
  for await (const text of customers.lines) last = text
  const acknowledged = JSON.parse(last)
  const { balances } = await ask(BACKUP, { do: 'balances' }, 5000)
  for (const [account, amount] of Object.entries(acknowledged)) {
    if (balances[account] !== amount) {
      throw new Error(`${account}: ${amount} were acknowledged, the store has ${balances[account]}`)
    }
  }
  console.log('all deposits are there, once:', last)
}

try {
  await main()
} catch (error) {
  console.error(error.message)
  process.exitCode = 1
} finally {
  for (const child of children) child.kill('SIGKILL')
  process.exit()
}
