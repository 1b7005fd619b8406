import { expect, test } from 'vitest'
import { aLab, reaches, talk } from './support/bench.js'

//   a ---- [lan] -1 ms- b      eight times, all in this process, all with the same names and subnets
test('labs in one process do not meet', async () => {
  const labs = await Promise.all(
    Array.from({ length: 8 }, async (_, at) => {
      const lab = await aLab({ name: 'same' })
      const [a, b] = lab.hosts('a', 'b')
      const lan = lab.switch('lan', { subnet: '10.0.0.0/24' })
      lab.link(a, lan)
      lab.link(b, lan, { delay: 1 })
      await lab.start()
      const server = await b.listen({ port: 80 })
      server.on('connection', (socket) => socket.end(`lab ${at}`))
      return { lab, a, b, at }
    }),
  )
  expect(new Set(labs.map(({ lab }) => lab.id)).size).toBe(8)
  await Promise.all(
    labs.map(async ({ a, at }) => {
      const socket = await a.connect({ host: 'b', port: 80 })
      let text = ''
      for await (const part of socket.setEncoding('utf8')) text += part
      expect(text).toBe(`lab ${at}`)
    }),
  )
  // One that stops, and one that is cut, are no others' concern.
  await labs[0]!.lab.stop()
  await labs[1]!.lab.partition([labs[1]!.a], [labs[1]!.b])
  await labs[2]!.b.crash()
  for (const { a, b } of labs.slice(3)) expect(await reaches(a, b)).toBe(true)
})

//   h0 ... h63 ---- [lan]
test('sixty-four hosts start within half a minute, and all are there', async () => {
  const lab = await aLab()
  const lan = lab.switch('lan')
  const hosts = Array.from({ length: 64 }, (_, at) => lab.host(`h${at}`))
  for (const host of hosts) lab.link(host, lan)
  const begin = performance.now()
  await lab.start()
  expect(performance.now() - begin).toBeLessThan(30_000)
  const [first] = hosts
  const answers = await Promise.all(hosts.slice(1).map((host) => reaches(host, first!)))
  expect(answers).toEqual(answers.map(() => true))
  const cut = await lab.partition(hosts.slice(0, 32), hosts.slice(32))
  expect(await reaches(hosts[0]!, hosts[31]!)).toBe(true)
  expect(await reaches(hosts[32]!, hosts[63]!)).toBe(true)
  await cut.heal()
  expect(await reaches(hosts[0]!, hosts[63]!)).toBe(true)
})

//   a ==== b      a thousand cables and one
test('a host has more interfaces than the first number of a port in the fabric', async () => {
  const lab = await aLab()
  const [a, b] = lab.hosts('a', 'b')
  for (let at = 0; at < 1002; at += 1)
    lab.link(a, b, { subnet: `10.${100 + (at >> 8)}.${at & 255}.0/30` })
  await lab.start()
  const last = b.interfaces.at(-1)!.addresses[0]!.split('/')[0]!
  expect(await reaches(a, last)).toBe(true)
})

//   a ---- b      with interfaces that are named as the fabric names its ports
test('an interface may have any name', async () => {
  const lab = await aLab()
  const [a, b] = lab.hosts('a', 'b')
  lab.link(a, b, { name: ['p1000', 'b1000'], delay: 1 })
  lab.link(a, b, { name: ['eth1', 'p1001'] })
  lab.link(a, b)
  await lab.start()
  expect(a.interfaces.map(({ name }) => name)).toEqual(['p1000', 'eth1', 'eth0'])
  for (const { addresses } of b.interfaces) {
    expect(await reaches(a, addresses[0]!.split('/')[0]!)).toBe(true)
  }
  const connection = await talk(a, b)
  await b.restart()
  expect(connection.server.listening).toBe(false)
  expect(await reaches(a, b)).toBe(true)
})
