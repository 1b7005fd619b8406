import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { parseConditions } from '../../../src/wire/conditions/index.js'
import { losses } from '../fixture/fate.js'
import { Tools } from '../fixture/tools.js'
import { World } from '../fixture/world.js'

// The first test of a file compiles what it runs, with sanitizers.
vi.setConfig({ testTimeout: 120_000 })

//  host 0 (10.0.0.1) ---- a  link 0  b ---- host 1 (10.0.0.2)

const COUNT = 4000
let tools: Tools

beforeAll(() => {
  tools = new Tools()
})
afterAll(() => tools.remove())

interface Run {
  /** Wire packets that had passed before the first datagram (ARP). */
  readonly before: number
  readonly arrived: number[]
}

/** Numbered datagrams from host 0 to host 1 over a link that loses some. */
async function run(seed: bigint, loss: number): Promise<Run> {
  const world = await World.pair(tools, { seed })
  const warm = await world.start(1, 'udp-echo', 7).ready()
  await world.run(0, 'udp-ping', '10.0.0.2', 7, 1, 0, 3000)
  await warm.kill()
  await world.relay.setConditions(0, 'a', parseConditions({ loss }, 'link'))
  const before = world.relay.stats(0).a
  const collect = await world.start(1, 'udp-collect', 8, 300).ready()
  await world.run(0, 'udp-send', '10.0.0.2', 8, COUNT, 100, 20)
  const arrived = await collect.numbers()
  const after = world.relay.stats(0).a
  await world.close()
  expect(after.packets - before.packets).toBe(COUNT)
  expect(after.lost).toBe(COUNT - arrived.length)
  expect(after.delivered - before.delivered).toBe(arrived.length)
  return { before: before.packets, arrived }
}

test('the n-th packet meets the fate that seed, link and direction say', async () => {
  const { before, arrived } = await run(7n, 0.2)
  const lost = losses(7n, 0, 0, 0.2e9, before + COUNT).slice(before)
  const kept = [...lost.keys()].filter((index) => !lost[index])
  expect(arrived).toEqual(kept)
  // Three standard deviations of the binomial distribution.
  expect(Math.abs(COUNT - arrived.length - 0.2 * COUNT)).toBeLessThan(3 * Math.sqrt(COUNT * 0.16))
})

test('the same seed loses the same packets again, another seed others', async () => {
  const [first, second, other] = [await run(1n, 0.05), await run(1n, 0.05), await run(2n, 0.05)]
  expect(second).toEqual(first)
  expect(other.arrived).not.toEqual(first.arrived)
})

test('a loss of 100% loses all', async () => {
  expect((await run(3n, 1)).arrived).toEqual([])
})
