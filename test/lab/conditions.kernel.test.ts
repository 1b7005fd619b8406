import { describe, expect, test } from 'vitest'
import type { Host } from '../../src/index.js'
import { aLab, answerTime, reaches, talk } from './support/bench.js'
import { everyKind } from './support/kinds.js'
import { acquaint, datagrams, removeTrafficAfterwards } from './support/traffic.js'

removeTrafficAfterwards()

/** Milliseconds. Nothing but the delay makes a packet this slow, not even on a machine that is busy. */
const DELAY = 60

/** The time of a second question: that of the first holds address resolution as well. */
async function roundTrip(from: Host, to: Host): Promise<number> {
  await answerTime(from, to)
  return (await answerTime(from, to)) ?? Number.POSITIVE_INFINITY
}

/** The quickest of a few: what the machine's load adds is left out. */
async function quickest(from: Host, to: Host): Promise<number> {
  const times: number[] = []
  for (let at = 0; at < 5; at += 1) times.push(await roundTrip(from, to))
  return Math.min(...times)
}

describe.concurrent.each(everyKind)(
  'on a link %s (support/kinds.ts has the drawings)',
  (_, declare) => {
    test('a delay holds each way, and can be taken away', async ({ onTestFinished }) => {
      const lab = await aLab({}, onTestFinished)
      const { a, b, link } = declare(lab, { delay: DELAY })
      await lab.start()
      expect(await roundTrip(a, b)).toBeGreaterThanOrEqual(2 * DELAY)
      await link.update({ delay: 0 })
      expect(await quickest(a, b)).toBeLessThan(DELAY)
    })

    test('an update gives a running link its first conditions; its connections go on', async ({
      onTestFinished,
    }) => {
      const lab = await aLab({}, onTestFinished)
      const { a, b, link } = declare(lab)
      await lab.start()
      expect(link.stats()).toBeNull()
      const connection = await talk(a, b)
      expect(await connection.say('before')).toBe('before')
      await link.update({ delay: `${DELAY}ms` })
      const begin = performance.now()
      expect(await connection.say('after')).toBe('after')
      expect(performance.now() - begin).toBeGreaterThanOrEqual(2 * DELAY)
      expect(await roundTrip(b, a)).toBeGreaterThanOrEqual(2 * DELAY)
      const stats = link.stats()!
      expect(Math.min(stats.a.delivered, stats.b.delivered)).toBeGreaterThan(0)
    })

    test('a condition from one end holds one way', async ({ onTestFinished }) => {
      const lab = await aLab({}, onTestFinished)
      const { a, b, link } = declare(lab)
      await lab.start()
      await acquaint(a, b)
      // The end on a's side, by its name.
      const near = ['a', 's1', 'lan'].find((end) => link.name.split('-').includes(end))
      await link.update({ from: near, loss: '100%' })
      expect(await datagrams(a, b, { count: 5 })).toEqual([])
      expect(await datagrams(b, a, { count: 5 })).toEqual([0, 1, 2, 3, 4])
      await link.update({ from: near, loss: 0 })
      expect(await datagrams(a, b, { count: 5 })).toEqual([0, 1, 2, 3, 4])
    })
  },
)

//   a ~~30%~~ b
async function arrivals(seed: number | bigint | string): Promise<string> {
  const lab = await aLab({ seed })
  const [a, b] = lab.hosts('a', 'b')
  const link = lab.link(a, b)
  await lab.start()
  // So that the first packet that meets the loss is the first datagram.
  await reaches(a, b)
  await link.update({ from: a, loss: '30%' })
  const got = await datagrams(a, b, { count: 200 })
  expect(link.stats()!.a).toMatchObject({ missed: 0 })
  expect(link.stats()!.a.lost).toBeGreaterThan(0)
  await lab.stop()
  return got.join()
}

test('the same seed loses the same packets, another seed others', async () => {
  const first = await arrivals(7)
  expect(first.split(',').length).toBeGreaterThan(100)
  expect(first.split(',').length).toBeLessThan(180)
  expect(await arrivals(7n)).toBe(first)
  expect(await arrivals('seven')).not.toBe(first)
})

//   a ~~8 mbit~~ b
test('a rate holds datagrams back, and counts those that its queue has no room for', async () => {
  const lab = await aLab()
  const [a, b] = lab.hosts('a', 'b')
  const link = lab.link(a, b, { rate: '8mbit', queue: 20 })
  await lab.start()
  await reaches(a, b)
  // A thousand bytes take a millisecond: 20 wait, and few leave while 400 are sent in one go.
  const got = await datagrams(a, b, { count: 400, size: 958, gap: 0 })
  const { overQueue, packets } = link.stats()!.a
  expect(overQueue).toBeGreaterThan(0)
  expect(got.length).toBeGreaterThanOrEqual(20)
  expect(got.length).toBeLessThan(400)
  // What was sent and what was not: ARP and the answers to `reaches` are packets, too.
  expect(packets - overQueue!).toBeGreaterThanOrEqual(got.length)
  await link.update({ rate: 'unlimited' })
  expect(await datagrams(a, b, { count: 100, size: 958, gap: 100 })).toHaveLength(100)
})

//   a ---- b
test('stats count per end, in packets and bytes', async () => {
  const lab = await aLab()
  const [a, b] = lab.hosts('a', 'b')
  const link = lab.link(a, b, { delay: 1 })
  await lab.start()
  await reaches(a, b)
  const before = link.stats()!
  expect(await datagrams(a, b, { count: 50, size: 1000 })).toHaveLength(50)
  const { a: sent, b: back } = link.stats()!
  expect(sent.packets - before.a.packets).toBe(50)
  // 1000 bytes and the headers of UDP, IP and ethernet.
  expect(sent.bytes! - before.a.bytes!).toBe(50 * (1000 + 8 + 20 + 14))
  expect(sent.delivered - before.a.delivered).toBe(50)
  expect(back.packets).toBe(before.b.packets)
})

//   a ---- b      declared after the lab has started
test('a link that is declared but not there yet takes its updates along', async () => {
  const lab = await aLab()
  const [a, b] = lab.hosts('a', 'b')
  const link = lab.link(a, b)
  await link.update({ delay: DELAY })
  await lab.start()
  expect(await roundTrip(a, b)).toBeGreaterThanOrEqual(2 * DELAY)
})
