// A mobile network: what passes arrives after a while, mostly 20 ms, seldom seconds. It loses nothing,
// and brings what its sender no longer waits for.
import { once } from 'node:events'
import { connect, createServer } from 'node:net'

const FASTEST = 20 // ms

/** How long something takes: times on networks have a long tail (a Pareto distribution). */
const delay = () => FASTEST / Math.random() ** 0.7

/** Takes what is sent to port `listen` to port `target`, and answers back. */
export async function carry(listen, target) {
  const server = createServer({ allowHalfOpen: true }, (from) => {
    from.on('error', () => {})
    from.once('data', (question) => setTimeout(() => pass(question, target, from), delay()))
  })
  await once(server.listen(listen, '127.0.0.1'), 'listening')
}

function pass(question, target, from) {
  const to = connect(target, '127.0.0.1')
  to.on('error', () => from.destroy())
  to.once('data', (answer) => setTimeout(() => from.end(answer), delay()))
  to.write(question)
}
