// Makes labs one after another in this process, each with traffic, and prints how many descriptors and how
// much memory it has after each.      a ---- lan --~-- b
import { readdirSync } from 'node:fs'
import { createLab } from 'netrig'

const count = Number(process.argv[2])
let events = []
process.on('uncaughtExceptionMonitor', () => console.error(events))
const descriptors = []
const memory = []
const labs = []
for (let n = 0; n < count; n += 1) {
  const lab = await createLab({ name: `many ${n}` })
  events = lab.events
  labs.push(lab.id)
  const lan = lab.switch('lan')
  const [a, b] = lab.hosts('a', 'b')
  lab.link(a, lan)
  lab.link(b, lan, n % 4 === 0 ? { delay: '1ms' } : {})
  await lab.start()
  await b.spawn('sleep', ['1000']).started
  const server = await b.listen({ port: 80 })
  server.on('connection', (socket) => socket.on('error', () => undefined).pipe(socket))
  const socket = await a.connect({ host: 'b', port: 80 })
  socket.on('error', () => undefined)
  await new Promise((resolve) => {
    socket.once('data', resolve)
    socket.write('x')
  })
  const cut = await lab.partition([a], [b])
  if (n % 2 === 0) await cut.heal()
  if (n % 3 === 0) await b.restart()
  await a.exec('true')
  // For whoever watches: where computing takes no time a lab would be there for a moment only.
  if (process.env.NETRIG_VIRTUAL_TIME === 'full') {
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
  await lab.stop()
  // Handles are closed in the next turn of the event loop.
  await new Promise((resolve) => setTimeout(resolve, 1))
  global.gc()
  descriptors.push(readdirSync('/proc/self/fd').length)
  memory.push(process.memoryUsage().rss)
}
console.log(JSON.stringify({ descriptors, memory, labs }))
