import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest'
import { type LinkConditions, parseConditions } from '../../../src/wire/conditions/index.js'
import { Tools } from '../fixture/tools.js'
import { World } from '../fixture/world.js'

// The first test of a file compiles what it runs, with sanitizers.
vi.setConfig({ testTimeout: 120_000 })

//  host 0 (10.0.0.1) ---- a  link 0  b ---- host 1 (10.0.0.2)

let tools: Tools
let world: World

beforeAll(() => {
  tools = new Tools()
})
afterEach(() => world.close())
afterAll(() => tools.remove())

const set = (conditions: LinkConditions) =>
  world.relay.setConditions(0, 'a', parseConditions(conditions, 'link'))

/** So that no ARP is among the packets that a test counts. */
async function warm(): Promise<void> {
  const echo = await world.start(1, 'udp-echo', 7).ready()
  await world.run(0, 'udp-ping', '10.0.0.2', 7, 1, 0, 3000)
  await echo.kill()
}

test('TCP gets what the rate leaves for it and no more', async () => {
  world = await World.pair(tools)
  await set({ rate: '40mbit' })
  const sink = await world.start(1, 'tcp-sink', 9).ready()
  const bytes = 5 << 20
  const [, , us] = (await world.run(0, 'tcp-source', '10.0.0.2', 9, bytes))[0]!.split(' ')
  await sink.lines()
  const mbit = (bytes * 8) / Number(us)
  // 1448 bytes of payload in each 1514 on the wire.
  expect(mbit).toBeLessThan((40 * 1448) / 1514 + 1)
  expect(mbit).toBeGreaterThan(25)
})

test('a full queue drops what comes, and counts it', async () => {
  world = await World.pair(tools)
  await warm()
  const before = world.relay.stats(0).a
  // 1000 bytes and 42 of headers: 83 ms each.
  await set({ rate: '100kbit', queue: 5 })
  const collect = await world.start(1, 'udp-collect', 8, 500).ready()
  await world.run(0, 'udp-send', '10.0.0.2', 8, 100, 1000, 0)
  const arrived = await collect.numbers()
  const after = world.relay.stats(0).a
  // One that is being sent and five that wait.
  expect(arrived.slice(0, 6)).toEqual([0, 1, 2, 3, 4, 5])
  expect(arrived.length).toBeLessThan(12)
  expect(after.overQueue).toBe(100 - arrived.length)
  expect(after.delivered - before.delivered).toBe(arrived.length)
  expect(after.deliveredBytes - before.deliveredBytes).toBe(arrived.length * 1042)
})

test('what waits goes on at the new rate', async () => {
  world = await World.pair(tools)
  await warm()
  // Eight seconds a packet.
  await set({ rate: '1kbit', queue: 50 })
  const collect = await world.start(1, 'udp-collect', 8, 300).ready()
  await world.run(0, 'udp-send', '10.0.0.2', 8, 20, 1000, 0)
  await set({ rate: 'unlimited' })
  expect(await collect.numbers()).toEqual([...Array(20).keys()])
  expect(world.relay.stats(0).a.overQueue).toBe(0)
})

test('a shorter delay holds for what is on its way, too, and order is kept', async () => {
  world = await World.pair(tools)
  await warm()
  await set({ delay: '1h' })
  const collect = await world.start(1, 'udp-collect', 8, 300).ready()
  await world.run(0, 'udp-send', '10.0.0.2', 8, 20, 100, 0)
  await set({ delay: '10ms' })
  await world.run(0, 'udp-send', '10.0.0.2', 8, 1, 100, 0)
  expect(await collect.numbers()).toEqual([...Array(20).keys(), 0])
})
