import { once } from 'node:events'
import { describe, expect, test } from 'vitest'
import {
  aLab,
  answerTime,
  ofInterface,
  PATIENCE,
  reaches,
  read,
  SILENCE,
  silent,
  talk,
} from './support/bench.js'
import { builds, kinds } from './support/kinds.js'

describe.concurrent.each(builds(Object.entries(kinds)))(
  'over a link $name (support/kinds.ts has the drawings)',
  ({ begin }) => {
    test('a crashed host falls silent without a farewell, and comes back as it was', async ({
      onTestFinished,
    }) => {
      const { a, b } = await begin(onTestFinished)
      const before = { address: b.address, interfaces: b.interfaces }
      const connection = await talk(a, b)
      expect(await connection.say('before')).toBe('before')
      await b.crash()
      expect(b.status).toBe('crashed')
      expect(await silent(a, b)).toBe(true)
      // Neither FIN nor RST: the peer's connection hangs.
      expect(await connection.say('during', SILENCE)).toBeUndefined()
      expect(connection.client.destroyed).toBe(false)
      await b.restart()
      expect(b.status).toBe('running')
      expect({ address: b.address, interfaces: b.interfaces }).toEqual(before)
      expect(await ofInterface(b, 'eth0', 'address')).toBe(before.interfaces[0]!.mac)
      expect(await read(b, '/proc/sys/kernel/hostname')).toBe('b')
      expect(await reaches(b, a)).toBe(true)
      // The restarted host does not know the old connection: now it is told so.
      expect(await reaches(a, b)).toBe(true)
      expect(await connection.say('after')).toBeUndefined()
      expect(connection.client.destroyed).toBe(true)
    })

    test('conditions that come while a host is down hold when it is back', async ({
      onTestFinished,
    }) => {
      const { a, b, link } = await begin(onTestFinished)
      await b.crash()
      await link.update({ delay: 60 })
      await b.restart()
      await answerTime(a, b)
      expect(await answerTime(a, b)).toBeGreaterThanOrEqual(120)
      expect(await answerTime(b, a)).toBeGreaterThanOrEqual(120)
    })

    test('a link can go down and up while a host is down', async ({ onTestFinished }) => {
      const { a, b, link } = await begin(onTestFinished)
      await b.crash()
      await link.down({ carrier: true })
      await link.up()
      await link.down()
      await b.restart()
      expect(await silent(a, b)).toBe(true)
      await link.up()
      expect(await reaches(a, b)).toBe(true)
    })

    test('both hosts can crash and come back, in either order', async ({ onTestFinished }) => {
      const { a, b } = await begin(onTestFinished)
      await Promise.all([a.crash(), b.crash()])
      await a.restart()
      await b.restart()
      expect(await reaches(a, b)).toBe(true)
      await Promise.all([a.restart(), b.restart()])
      expect(await reaches(b, a)).toBe(true)
    })
  },
)

//   a ---- b
test('everything that was lent from a crashed host dies with it', async () => {
  const lab = await aLab()
  const [a, b] = lab.hosts('a', 'b')
  lab.link(a, b)
  await lab.start()
  const server = await b.listen({ port: 80 })
  const accepted = once(server, 'connection')
  const client = await a.connect({ host: 'b', port: 80 })
  const [socket] = await accepted
  const closed = Promise.all([once(socket, 'close'), once(server, 'close')])
  await b.crash()
  await closed
  client.on('error', () => undefined)
  await expect(b.connect({ host: 'a', port: 80 })).rejects.toMatchObject({
    code: 'HOST_DOWN',
    message: expect.stringMatching(/host b is down.*\n.*restart/),
  })
  await expect(b.listen({ port: 80 })).rejects.toMatchObject({ code: 'HOST_DOWN' })
  await expect((async () => b.exec('true'))()).rejects.toMatchObject({ code: 'HOST_DOWN' })
  await expect(b.freeze()).rejects.toMatchObject({ code: 'HOST_DOWN' })
  await b.restart()
  const again = await b.listen({ port: 80 })
  expect(again.listening).toBe(true)
})

//   a ---- b
test('the programs of a crashed host end, and the one who waits hears why', async () => {
  const lab = await aLab()
  const [a, b] = lab.hosts('a', 'b')
  lab.link(a, b)
  await lab.start()
  const sleeper = b.exec('sleep', ['1000'])
  const ended = expect(sleeper).rejects.toMatchObject({ failed: true })
  await b.exec('true')
  await b.crash()
  await ended
})

//   a ---- [lan] ---- b
test('what happened is told in order', async () => {
  const lab = await aLab()
  const { a, b } = kinds['host-switch']!(lab)
  await lab.start()
  await b.crash()
  await b.restart()
  await a.freeze()
  await a.thaw()
  const told = lab.events.filter(({ type }) => type.startsWith('host.'))
  expect(told.map(({ type, subject }) => `${type} ${subject}`)).toEqual([
    'host.start a',
    'host.start b',
    'host.crash b',
    'host.restart b',
    'host.freeze a',
    'host.thaw a',
  ])
  const times = lab.events.map(({ time }) => time)
  expect(times).toEqual([...times].sort((x, y) => x - y))
})

//   a ---- b
test('crash, restart and freeze may be said at once and twice', async () => {
  const lab = await aLab()
  const [a, b] = lab.hosts('a', 'b')
  lab.link(a, b)
  await lab.start()
  // A lent socket makes the crash ask the keeper first: the restart must wait for it.
  await b.listen({ port: 80 })
  await Promise.all([b.crash(), b.restart()])
  expect(await reaches(a, b)).toBe(true)
  await Promise.all([b.restart(), b.restart()])
  expect(await reaches(a, b)).toBe(true)
  await b.freeze()
  await b.freeze()
  await b.crash()
  await b.restart()
  expect(b.status).toBe('running')
  expect(await reaches(a, b)).toBe(true)
  expect((await b.exec('echo', ['alive'])).stdout).toBe('alive')
})

//   a ---- [lan] ---- b
test('the first packet after a restart arrives', async () => {
  const lab = await aLab()
  const { a, b } = kinds['host-switch']!(lab)
  await lab.start()
  const slow: (number | undefined)[] = []
  for (let round = 0; round < 10; round += 1) {
    await b.restart()
    // A lost first ARP request costs a second.
    const time = await answerTime(round % 2 === 0 ? a : b, round % 2 === 0 ? b : a)
    if (time === undefined || time > 900) slow.push(time)
  }
  expect(slow).toEqual([])
})

test('two updates at once of a link that had no conditions', async () => {
  //   a ---- [lan] ---- b
  const lab = await aLab()
  const { a, b, link } = kinds['host-switch']!(lab)
  await lab.start()
  await Promise.all([link.update({ delay: 60 }), link.update({ loss: 0 })])
  await answerTime(a, b)
  expect(await answerTime(a, b, PATIENCE)).toBeGreaterThanOrEqual(120)
})
