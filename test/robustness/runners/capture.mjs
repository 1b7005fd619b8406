// A runner whose lab is captured while its hosts talk without a pause:
//
//   a ---- b
//
// capture.mjs FILE: says `capturing`; once told something it stops, and says how that went.
import { once } from 'node:events'
import { createLab } from 'netrig'

const lab = await createLab()
const [a, b] = lab.hosts('a', 'b')
lab.link(a, b)
await lab.start()
const shot = await lab.capture({ file: process.argv[2], keys: true })
const server = await b.listen({ port: 9 })
server.on('connection', (socket) => socket.on('error', () => undefined).resume())
const client = await a.connect({ host: 'b', port: 9 })
client.on('error', () => undefined)
const bytes = Buffer.alloc(100_000)
const write = () => client.write(bytes, (error) => error ?? write())
write()
while ((await shot.stats()).packets < 100);
console.log('capturing')
await once(process.stdin, 'data')
try {
  const { packets } = await shot.stop()
  console.log(`stopped ${packets}`)
} catch (error) {
  console.log(
    `${error.code} ${error.errno} ${lab.events.some(({ type }) => type === 'capture.failed')}`,
  )
}
await lab.stop()
process.exit()
