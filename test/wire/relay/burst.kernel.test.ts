import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { parseConditions, perfect } from '../../../src/wire/conditions.js'
import { Tools } from '../fixture/tools.js'
import { World } from '../fixture/world.js'

//  host 0 (10.0.0.1) ---- a  link 0  b ---- host 1 (10.0.0.2)
//
// What comes while the relay has no processor: it is stopped, a host sends, it goes on. The kernel
// gives these relays no more room than most machines do.

let tools: Tools
let world: World

beforeAll(() => {
  tools = new Tools()
})
afterEach(() => world.close())
afterAll(() => tools.remove())

const range = (count: number): number[] => [...Array(count).keys()]

async function burst(count: number, size: number): Promise<number[]> {
  const collect = await world.start(1, 'udp-collect', 8, 500).ready()
  process.kill(world.relayPid, 'SIGSTOP')
  await world.run(0, 'udp-send', '10.0.0.2', 8, count, size, 0)
  process.kill(world.relayPid, 'SIGCONT')
  return collect.numbers()
}

async function warm(): Promise<void> {
  const echo = await world.start(1, 'udp-echo', 7).ready()
  await world.run(0, 'udp-ping', '10.0.0.2', 7, 1, 0, 3000)
  await echo.kill()
}

/** Slow enough for the receiving program's own buffer not to run over. */
const slow = parseConditions({ rate: '100mbit', queue: 1e6 }, 'link')

test.each([
  [400, 1400],
  [2000, 64],
])('%i packets of %i bytes wait in the kernel and arrive in order', async (count, size) => {
  world = await World.pair(tools, { relay: 'narrow' })
  await warm()
  await world.relay.setConditions(0, 'a', slow)
  for (let round = 0; round < 5; round++) expect(await burst(count, size)).toEqual(range(count))
  expect(world.relay.stats(0).a).toMatchObject({ missed: 0, overQueue: 0 })
})

test('more than fits is counted as missed', async () => {
  world = await World.pair(tools, { relay: 'narrow' })
  await warm()
  const { packets } = world.relay.stats(0).a
  await burst(20_000, 1400)
  const after = world.relay.stats(0).a
  expect(after.missed).toBeGreaterThan(5000)
  expect(after.packets - packets + after.missed).toBe(20_000)
})

test('a port that was down when it was joined has the same room', async () => {
  world = await World.open(tools, { relay: 'narrow' })
  for (const host of [0, 1]) await world.plug(host, 1000 + host)
  await world.tell('up -1 1000 0')
  const conditions = { a: slow, b: perfect }
  await world.relay.attach({ number: 0, ports: { a: 1000, b: 1001 }, conditions })
  await world.tell('up -1 1000 1')
  await world.tell('running -1 1000')
  await warm()
  const got = await burst(400, 64)
  expect(got).toEqual(range(400))
  expect(world.relay.stats(0).a.missed).toBe(0)
})

test('a port that goes down and up between keeps order and room', async () => {
  world = await World.pair(tools, { relay: 'narrow' })
  await warm()
  await world.relay.setConditions(0, 'a', slow)
  for (const up of [0, 1]) await world.tell(`up -1 1000 ${up}`)
  await world.tell('running -1 1000')
  await warm()
  expect(await burst(1500, 64)).toEqual(range(1500))
})
