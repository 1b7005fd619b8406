// Makes labs, one after another, until it is killed, and says what it is about to do: a line each on stdout.
//
//   a ---- lan ---- b      c is on a slow, lossy wire: the relay carries it
//           |
//   c --~---+
//
//   d ---- e               d has limits, where this user may have them
import { writeSync } from 'node:fs'
import { createLab } from 'netrig'

const limits = process.argv[2] === 'limits' ? { memory: '64MiB', pids: 30 } : {}
const say = (word) => writeSync(1, `${word}\n`)
const quiet = (promise) => promise.catch(() => undefined)

for (let round = 0; ; round += 1) {
  say('creating')
  const lab = await createLab({ name: `life ${round}`, engine: 'relay' })
  const lan = lab.switch('lan')
  const [a, b, c, e] = lab.hosts('a', 'b', 'c', 'e')
  const d = lab.host('d', limits)
  for (const host of [a, b]) lab.link(host, lan)
  lab.link(c, lan, { delay: '5ms', loss: '10%' })
  lab.link(d, e)
  say('building')
  await lab.start()
  say('running')
  // Programs of every sort: one that listens to nothing, one that has children in sessions of their own.
  quiet(a.exec('sh', ['-c', 'trap "" TERM INT HUP; while :; do sleep 1; done']))
  quiet(b.exec('sh', ['-c', 'setsid sleep 1000 & (setsid sleep 1000 &) ; ping -q -i 0.01 a']))
  quiet(c.exec('ping', ['-q', '-i', '0.01', 'b']))
  await quiet(d.exec('ping', ['-q', '-c', '3', '-i', '0.01', 'e']))
  say('relaying')
  await quiet(c.exec('ping', ['-q', '-c', '10', '-i', '0.01', '-W', '1', 'b']))
  say('partitioned')
  const cut = await lab.partition([a], [b, c])
  await quiet(a.exec('ping', ['-q', '-c', '3', '-i', '0.01', '-W', '0.02', 'b']))
  await cut.heal()
  say('frozen')
  await Promise.all([a.freeze(), b.freeze()])
  await new Promise((resolve) => setTimeout(resolve, 20))
  await Promise.all([a.thaw(), b.thaw()])
  say('lent')
  const server = await b.listen({ port: 80 })
  server.on('connection', (socket) => socket.on('error', () => undefined).pipe(socket))
  for (const host of [a, c]) {
    const socket = await host.connect({ host: 'b', port: 80 })
    socket.on('error', () => undefined).write('x'.repeat(100_000))
  }
  await new Promise((resolve) => setTimeout(resolve, 20))
  say('crashing')
  await b.crash()
  await b.restart()
  say('stopping')
  await lab.stop()
}
