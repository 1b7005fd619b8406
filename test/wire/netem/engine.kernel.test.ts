import { expect, test } from 'vitest'
import type { Host, LinkOptions } from '../../../src/index.js'
import { aLab, answerTime, eventually, reaches, silent } from '../../lab/support/bench.js'
import { everyKind } from '../../lab/support/kinds.js'
import { datagrams, removeTrafficAfterwards, traffic } from '../../lab/support/traffic.js'
import { describeNetem } from './needs.js'

removeTrafficAfterwards()

//   a ==netem== b
async function pair(conditions?: LinkOptions) {
  const lab = await aLab({ engine: 'netem', seed: 3 })
  const [a, b] = lab.hosts('a', 'b')
  const link = lab.link(a, b, conditions)
  await lab.start()
  await reaches(a, b)
  return { lab, a, b, link }
}

async function secondAnswer(from: Host, to: Host): Promise<number> {
  await answerTime(from, to)
  return (await answerTime(from, to)) ?? Number.NaN
}

describeNetem('netem between two hosts', () => {
  test('counts packets in, out and lost; what netem does not count is null', async () => {
    const { a, b, link } = await pair({ delay: 1 })
    const before = link.stats()!.a
    expect(await datagrams(a, b, { count: 100, size: 1000 })).toHaveLength(100)
    const clean = link.stats()!.a
    expect(clean.packets - before.packets).toBe(100)
    expect(clean.bytes! - before.bytes!).toBe(100 * 1042)
    expect(clean.deliveredBytes - before.deliveredBytes).toBe(100 * 1042)
    await link.update({ from: a, loss: '50%', duplicate: '1%' })
    const got = await datagrams(a, b, { count: 200 })
    const { lost, delivered, packets, duplicated, corrupted, overMemory } = link.stats()!.a
    expect(packets - clean.packets).toBe(200)
    expect(delivered - clean.delivered).toBe(got.length)
    expect(lost).toBeGreaterThan(50)
    expect({ duplicated, corrupted, overMemory }).toEqual({
      duplicated: null,
      corrupted: 0,
      overMemory: null,
    })
  })

  test('the queue of a rate drops, and these drops are not the losses', async () => {
    const { a, b, link } = await pair({ rate: '8mbit', queue: 20 })
    const before = link.stats()!.a
    const got = await datagrams(a, b, { count: 400, size: 958, gap: 0 })
    const { overQueue, lost, packets } = link.stats()!.a
    expect(packets - before.packets).toBe(400)
    expect(overQueue).toBe(400 - got.length)
    expect(lost).toBe(0)
    expect(got.length).toBeGreaterThanOrEqual(20)
  })

  test('large frames are packets to it', async () => {
    const { a, b, link } = await pair({ delay: 1 })
    const before = link.stats()!.a
    const collect = b.exec(traffic(), ['udp-collect', '4000', '250'])
    let heard = ''
    collect.stdout.on('data', (text) => {
      heard += text
    })
    await eventually('udp-collect is ready', () => heard.includes('ready'))
    // One send of 40 datagrams that the sending kernel leaves whole.
    await a.exec(traffic(), ['udp-large', b.address, '4000', String(40 * 1000), '1000'])
    collect.kill('SIGUSR1')
    await collect
    const after = link.stats()!.a
    expect(after.packets - before.packets).toBe(40)
    expect(after.bytes! - before.bytes!).toBe(40 * 1042)
    expect(after.delivered - before.delivered).toBe(40)
  })

  test('a smaller MTU of the wire swallows what is longer, to the byte, and tells nobody', async () => {
    const { a, b, link } = await pair({ delay: 1 })
    await link.update({ mtu: 1000 })
    expect(await datagrams(a, b, { count: 5, size: 1000 - 28 })).toHaveLength(5)
    expect(await datagrams(a, b, { count: 5, size: 1001 - 28 })).toEqual([])
    expect(link.stats()!.a).toMatchObject({ overMtu: 5, lost: 0 })
    await link.update({ mtu: 'unlimited' })
    expect(await datagrams(a, b, { count: 5, size: 1400 })).toHaveLength(5)
  })

  test('a closed wire drops what is on its way, and counts it', async () => {
    const { a, b, link } = await pair()
    await link.update({ from: a, delay: '30s' })
    await a.exec(traffic(), ['udp-send', b.address, '4000', '10', '100', '0'])
    await link.down()
    await a.exec(traffic(), ['udp-send', b.address, '4000', '7', '100', '0'])
    expect(link.stats()!.a.down).toBe(17)
    expect(link.effect().packets).toBeGreaterThanOrEqual(17)
    await link.update({ delay: 0 })
    await link.up()
    expect(await reaches(a, b)).toBe(true)
  })

  test('a host that crashes comes back to the same conditions and counts', async () => {
    const { a, b, link } = await pair({ delay: '60ms' })
    const before = link.stats()!.a.packets
    await b.crash()
    expect(await silent(a, b)).toBe(true)
    await b.restart()
    expect(await secondAnswer(a, b)).toBeGreaterThanOrEqual(120)
    expect(link.stats()!.a.packets).toBeGreaterThan(before)
    expect(link.stats()!.b.packets).toBeGreaterThan(0)
  })

  test('one that crashes while cut off is cut off when it comes back', async () => {
    const { lab, a, b } = await pair({ delay: 1 })
    const cut = await lab.partition([a], [b])
    await b.crash()
    await b.restart()
    expect(await silent(a, b)).toBe(true)
    expect(cut.effect().packets).toBeGreaterThan(0)
    await cut.heal()
    expect(await reaches(a, b)).toBe(true)
  })

  test('what it cannot do is refused by name', async () => {
    const lab = await aLab({ engine: 'netem' })
    const [a, b] = lab.hosts('a', 'b')
    expect(() => lab.link(a, b, { loss: { pattern: '..x' } })).toThrow(
      "the engine 'netem' cannot do the condition loss (pattern)",
    )
  })
})

describeNetem('the lab chooses', () => {
  test('netem where it can, the relay from the first condition on that netem cannot do', async () => {
    const lab = await aLab({ engine: 'auto' })
    const [a, b] = lab.hosts('a', 'b')
    const link = lab.link(a, b, { delay: 1 })
    await lab.start()
    await reaches(a, b)
    expect(link.stats()!.a.overMemory).toBeNull()
    await link.update({ from: a, loss: { pattern: '.x' } })
    expect(await datagrams(a, b, { count: 10 })).toHaveLength(5)
    expect(link.stats()!.a.overMemory).toBe(0)
    await link.update({ loss: 0 })
    expect(await reaches(a, b)).toBe(true)
  })

  test.each(everyKind)('netem carries %s', async (_, declare) => {
    const lab = await aLab({ engine: 'netem' })
    const { a, b, link } = declare(lab, { delay: 40 })
    await lab.start()
    expect(await secondAnswer(a, b)).toBeGreaterThanOrEqual(80)
    const cut = await lab.partition([a], [b])
    expect(await silent(a, b)).toBe(true)
    expect(cut.effect().packets).toBeGreaterThan(0)
    await cut.heal()
    await link.update({ preset: 'perfect' })
    expect(await reaches(b, a)).toBe(true)
    expect(await secondAnswer(a, b)).toBeLessThan(80)
  })
})
