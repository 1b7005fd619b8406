import { expect, test } from 'vitest'
import type { Host, Lab, Program } from '../../src/index.js'
import { aLab, eventually, PATIENCE, reaches, SILENCE } from './support/bench.js'

/** Sends back what it hears, and shows by a file's growth that it lives. */
const ECHO = `require('node:net').createServer((s) => s.pipe(s)).listen(7, () => console.log('listening'))`

//   a ---- b      an echo server in b
test('a frozen host answers at its network and says nothing more; thawed it goes on', async () => {
  const lab = await aLab()
  const [a, b] = lab.hosts('a', 'b')
  lab.link(a, b)
  await lab.start()
  const server = b.exec('node', ['-e', ECHO])
  server.catch(() => undefined)
  await new Promise((resolve) => server.stdout!.once('data', resolve))
  const socket = await a.connect({ host: 'b', port: 7, timeout: PATIENCE })
  let heard = ''
  socket.setEncoding('utf8').on('data', (text: string) => {
    heard += text
  })
  socket.on('error', () => undefined)
  socket.write('one ')
  await eventually('the echo of one', () => heard === 'one ')

  await b.freeze()
  expect(b.status).toBe('frozen')
  socket.write('two ')
  await new Promise((resolve) => setTimeout(resolve, SILENCE))
  expect(heard).toBe('one ')
  // The kernel of the host is awake: it refuses and accepts connections.
  expect(await reaches(a, b)).toBe(true)
  const accepted = await a.connect({ host: 'b', port: 7, timeout: PATIENCE })
  accepted.destroy()

  await b.thaw()
  expect(b.status).toBe('running')
  await eventually('the echo of two', () => heard === 'one two ')
})

//   a ---- [lan] ---- b
test('a frozen host takes part in what happens to the lab', async () => {
  const lab = await aLab()
  const [a, b] = lab.hosts('a', 'b')
  const lan = lab.switch('lan')
  lab.link(a, lan)
  lab.link(b, lan)
  await lab.start()
  const sleeper = b.exec('sleep', ['1000'])
  sleeper.catch(() => undefined)
  await b.exec('true')
  await b.freeze()
  const c = lab.host('c')
  lab.link(c, b)
  await lab.start()
  expect(await reaches(c, b)).toBe(true)
  expect(b.status).toBe('frozen')
  expect(lab.report()).toMatch(/b.*frozen/)
  await b.crash()
  expect(b.status).toBe('crashed')
  await b.restart()
  expect(b.status).toBe('running')
  expect((await b.exec('echo', ['alive'])).stdout).toBe('alive')
  expect(await reaches(a, b)).toBe(true)
})

//   a
test('a lab stops although a host of it is frozen', async () => {
  const lab = await aLab()
  const a = lab.host('a')
  await lab.start()
  const sleeper = a.exec('sleep', ['1000'])
  const ended = expect(sleeper).rejects.toThrow()
  await a.exec('true')
  await a.freeze()
  await lab.stop()
  await ended
})

/** Three ways to be rid of a program whose host is frozen. */
const ends: [string, (lab: Lab, host: Host, made: Program) => Promise<unknown>][] = [
  ['its own stop()', (_lab, _host, made) => made.stop({ grace: 50 })],
  ['the crash of its host', (_lab, host) => host.crash()],
  ['the restart of its host', (_lab, host) => host.restart()],
  ['the end of the lab', (lab) => lab.stop()],
]

//   a
test.each(ends)('a program of a frozen host ends promptly by %s', async (_, end) => {
  const lab = await aLab()
  const a = lab.host('a')
  await lab.start()
  // A child of its own, which a tree's end must reach.
  const made = a.spawn('sh', ['-c', 'sleep 1000 & wait'])
  await made.started
  await a.freeze()
  const begin = performance.now()
  await end(lab, a, made)
  expect((await made.exited).signal).toMatch(/^SIG(TERM|KILL)$/)
  expect(performance.now() - begin).toBeLessThan(PATIENCE)
})

//   a
test('what is started in a frozen host runs when it is thawed', async () => {
  const lab = await aLab()
  const a = lab.host('a')
  await lab.start()
  await a.freeze()
  let done = false
  const late = a.exec('echo', ['late']).then(({ stdout }) => {
    done = true
    return stdout
  })
  await new Promise((resolve) => setTimeout(resolve, SILENCE))
  expect(done).toBe(false)
  await a.thaw()
  expect(await late).toBe('late')
})
