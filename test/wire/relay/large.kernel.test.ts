import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { type LinkConditions, parseConditions } from '../../../src/wire/conditions/index.js'
import { Tools } from '../fixture/tools.js'
import { World } from '../fixture/world.js'

//  host 0 (10.0.0.1, fd00::1) ---- a  link 0  b ---- host 1 (10.0.0.2, fd00::2)
//
// Hosts hand over up to 64 KB at a time, for a network card to cut into packets. The relay of these
// tests has sanitizers in it.

let tools: Tools
let world: World

beforeAll(() => {
  tools = new Tools()
})
afterEach(() => world.close())
afterAll(() => tools.remove())

async function open(conditions: LinkConditions): Promise<void> {
  world = await World.pair(tools, { relay: 'sanitized', ipv6: true })
  for (const host of [0, 1]) await world.tell(`address ${host} 2 fd00::${host + 1} 64`)
  for (const from of ['a', 'b'] as const) {
    await world.relay.setConditions(0, from, parseConditions(conditions, 'link'))
  }
}

describe.each([
  ['without conditions', {}],
  ['with a delay, uncut', { delay: '5ms' }],
  ['with loss, cut into packets', { loss: '0.5%' }],
  ['with a rate, cut into packets', { rate: '1gbit' }],
  ['with all of them', { delay: '2ms', jitter: '200us', loss: '0.1%', rate: '500mbit' }],
] as const)('%s', (_, conditions) => {
  test.each(['10.0.0.2', 'fd00::2'])('TCP to %s arrives whole', async (address) => {
    await open(conditions)
    const sink = await world.start(1, 'tcp-sink', 9).ready()
    const sent = (await world.run(0, 'tcp-source', address, 9, 20 << 20))[0]!.split(' ')
    const received = (await sink.lines())[0]!.split(' ')
    expect(received.slice(0, 2)).toEqual(sent.slice(0, 2))
    const { a } = world.relay.stats(0)
    // Counted in packets of at most 1514 bytes, cut or not.
    expect(a.packets).toBeGreaterThan((20 << 20) / 1448)
    expect(a.bytes / a.packets).toBeLessThan(1514)
    expect(a).toMatchObject({ errors: 0, missed: 0, overMemory: 0, down: 0 })
  })

  test('datagrams of one large send arrive with right checksums', async () => {
    await open({ ...conditions, loss: 0 })
    const collect = await world.start(1, 'udp-collect', 8, 300).ready()
    await world.run(0, 'udp-large', '10.0.0.2', 8, 60_000, 1000)
    // The receiving kernel drops a datagram whose checksum is wrong.
    expect(await collect.numbers()).toEqual([...Array(60).keys()])
    expect(world.relay.stats(0).a.errors).toBe(0)
  })
})

test('TCP under loss gets what the law of Mathis allows, as if each packet had been sent alone', async () => {
  world = await World.pair(tools)
  const [loss, delay] = [0.01, 10]
  for (const from of ['a', 'b'] as const) {
    const conditions = parseConditions({ delay, loss: from === 'a' ? loss : 0 }, 'link')
    await world.relay.setConditions(0, from, conditions)
  }
  const sink = await world.start(1, 'tcp-sink', 9).ready()
  const bytes = 4 << 20
  const [, , us] = (await world.run(0, 'tcp-source', '10.0.0.2', 9, bytes))[0]!.split(' ')
  await sink.lines()
  // Mathis, Semke, Mahdavi, Ott: The Macroscopic Behavior of the TCP Congestion Avoidance Algorithm,
  // 1997, section 2: MSS / RTT * C / sqrt(p), with C = sqrt(3/2).
  const law = ((1448 * 8) / (2 * delay * 1000)) * (Math.sqrt(1.5) / Math.sqrt(loss))
  const mbit = (bytes * 8) / Number(us)
  expect(mbit).toBeGreaterThan(0.4 * law)
  expect(mbit).toBeLessThan(1.4 * law)
})
