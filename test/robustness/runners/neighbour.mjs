// One of several runners at once, all with the same names and the same subnet. b serves this one's own token.
//
//   a ---- lan ---- b
import { createInterface } from 'node:readline'
import { createLab } from 'netrig'

const [token] = process.argv.slice(2)
const lines = createInterface({ input: process.stdin })[Symbol.asyncIterator]()
const lab = await createLab({ name: 'neighbour' })
const lan = lab.switch('lan', { subnet: '10.0.0.0/24' })
const [a, b] = lab.hosts('a', 'b')
for (const host of [a, b]) lab.link(host, lan)
await lab.start()
const program = `require('http').createServer((_, answer) => answer.end(process.argv[1])).listen(80)`
b.spawn('node', ['-e', program, token])

/** What b says over HTTP; undefined while nobody listens. */
async function ask() {
  const socket = await a.connect({ host: 'b', port: 80 }).catch(() => undefined)
  if (socket === undefined) return undefined
  socket.end('GET / HTTP/1.0\r\n\r\n')
  const chunks = []
  for await (const chunk of socket) chunks.push(chunk)
  return Buffer.concat(chunks).toString().split('\r\n\r\n')[1]
}

while ((await ask()) === undefined) await new Promise((resolve) => setTimeout(resolve, 20))
console.log('ready')
await lines.next()
for (let n = 0; n < 20; n += 1) {
  const { stdout } = await a.exec('ping', ['-c', '1', '-W', '10', 'b'])
  const heard = await ask()
  if (heard !== token || !stdout.includes('(10.0.0.2)')) throw new Error(`${token} heard ${heard}`)
  // A fault of this one's is nobody else's.
  const cut = await lab.partition([a], [b])
  const silent = await a.connect({ host: 'b', port: 80, timeout: 30 }).then(
    () => false,
    () => true,
  )
  if (!silent) throw new Error(`${token}: the cut let something through`)
  await cut.heal()
}
console.log('passed')
await lines.next()
await lab.stop()
console.log('stopped')
process.exit(0)
