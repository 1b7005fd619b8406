import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { parseConditions } from '../../../src/wire/conditions/index.js'
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
  [1000, 64],
])('%i packets of %i bytes wait in the kernel and arrive in order', async (count, size) => {
  world = await World.pair(tools, { relay: 'narrow' })
  await warm()
  await world.relay.setConditions(0, 'a', slow)
  for (let round = 0; round < 5; round++) expect(await burst(count, size)).toEqual(range(count))
  expect(world.relay.stats(0).a).toMatchObject({ missed: 0, overQueue: 0 })
})

test.each(['narrow', 'plain'] as const)(
  'every packet is read or counted as missed, %s',
  async (relay) => {
    world = await World.pair(tools, { relay })
    await warm()
    for (const _ of range(3)) {
      const before = world.relay.stats(0).a
      await burst(20_000, 1400)
      const after = world.relay.stats(0).a
      const missed = after.missed - before.missed
      expect(after.packets - before.packets + missed).toBe(20_000)
      if (relay === 'narrow') expect(missed).toBeGreaterThan(5000)
    }
  },
)

test('there is more room after it has run out once', async () => {
  world = await World.pair(tools, { relay: 'narrow' })
  await warm()
  await world.relay.setConditions(0, 'a', slow)
  const most = 5000
  const first = (await burst(most, 64)).length
  expect(first).toBeLessThan(most)
  await burst(most, 64)
  expect(await burst(most, 64)).toHaveLength(most)
})
