import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from 'vitest'
import {
  type LinkConditions,
  type NormalConditions,
  parseConditions,
} from '../../../src/wire/conditions/index.js'
import { stream } from '../fixture/fate.js'
import { Tools } from '../fixture/tools.js'
import { World } from '../fixture/world.js'

//  host 0 (10.0.0.1) ---- a  link 0  b ---- host 1 (10.0.0.2)
//
// What the relay does to numbered datagrams, to the packet; with sanitizers in it.

// The first test compiles what it runs, with sanitizers.
vi.setConfig({ hookTimeout: 120_000, testTimeout: 120_000 })

const SEED = 7n
const PPB = 1_000_000_000n
let tools: Tools
let world: World

beforeAll(() => {
  tools = new Tools()
  tools.relay('sanitized')
}, 120_000)
beforeEach(async () => {
  world = await World.pair(tools, { relay: 'sanitized', seed: SEED })
  const echo = await world.start(1, 'udp-echo', 7).ready()
  await world.run(0, 'udp-ping', '10.0.0.2', 7, 1, 0, 3000)
  await echo.kill()
})
afterEach(() => world.close())
afterAll(() => tools.remove())

const stats = () => world.relay.stats(0).a
const normal = (conditions: LinkConditions | NormalConditions) =>
  'framing' in conditions ? conditions : parseConditions(conditions, 'link')

/** Sends datagrams under conditions; which came, in their order, and the packet that was the first of them. */
async function run(
  conditions: LinkConditions | NormalConditions,
  { count = 500, size = 100, gap = 100 } = {},
): Promise<{ came: number[]; first: number }> {
  await world.relay.setConditions(0, 'a', normal(conditions))
  const first = stats().packets
  const collect = await world.start(1, 'udp-collect', 8, 400).ready()
  await world.run(0, 'udp-send', '10.0.0.2', 8, count, size, gap)
  return { came: await collect.numbers(), first }
}

/** Numbers of those packets whose draw of a stream is below a chance. */
function hits(
  purpose: 'duplicate' | 'reorder' | 'corrupt',
  chance: number,
  first: number,
  count = 500,
) {
  const draws = stream(SEED, 0, 0, purpose)
  const limit = (BigInt(chance * 1e9) << 63n) / PPB
  const all = Array.from({ length: first + count }, () => draws.next().value >> 1n < limit)
  return [...all.slice(first).keys()].filter((at) => all[first + at])
}

test('a pattern loses what it says', async () => {
  const { came } = await run({ loss: { pattern: '..x.x' } }, { count: 100 })
  expect(came).toEqual(
    Array.from({ length: 100 }, (_, at) => at).filter((at) => ![2, 4].includes(at % 5)),
  )
  expect(stats().lost).toBe(40)
})

test('copies follow at once, those that seed and number say', async () => {
  const { came, first } = await run({ duplicate: '10%' })
  const twice = new Set(hits('duplicate', 0.1, first))
  expect(came).toEqual(
    Array.from({ length: 500 }, (_, at) => (twice.has(at) ? [at, at] : [at])).flat(),
  )
  expect(stats().duplicated).toBe(twice.size)
})

test('packets with a bit turned over do not get past the checksum', async () => {
  const { came, first } = await run({ corrupt: '10%' })
  const turned = hits('corrupt', 0.1, first)
  expect(stats().corrupted).toBe(turned.length)
  expect(came.filter((at) => turned.includes(at))).toEqual([])
  expect(came).toHaveLength(500 - turned.length)
})

test('packets that overtake are those that seed and number say', async () => {
  const { came, first } = await run({ delay: '60ms', reorder: '5%' }, { gap: 200 })
  const early = hits('reorder', 0.05, first)
  expect(came.toSorted((a, b) => a - b)).toEqual(Array.from({ length: 500 }, (_, at) => at))
  // The first ones leave before any delayed one arrives; each group keeps its order.
  expect(came.filter((at) => early.includes(at))).toEqual(early)
  expect(came.filter((at) => !early.includes(at))).toEqual(
    came.toSorted((a, b) => a - b).filter((at) => !early.includes(at)),
  )
  expect(stats().reordered).toBeGreaterThan(early.length - 3)
  expect(stats().reordered).toBeLessThanOrEqual(early.length)
})

test('what is longer than the wire carries vanishes', async () => {
  expect((await run({ mtu: 500 }, { count: 10, size: 472 })).came).toHaveLength(10)
  expect((await run({ mtu: 500 }, { count: 10, size: 473 })).came).toHaveLength(0)
  expect(stats().overMtu).toBe(10)
})

test('a queue in bytes holds as many, one in time as long', async () => {
  // 1042 bytes on the wire: 83 ms each at 100 kbit. One is being sent, and so many wait.
  const slow = { rate: '100kbit' } as const
  const [burst, long] = [{ count: 30, size: 1000, gap: 0 }, '5210B'] as const
  expect((await run({ ...slow, queue: long }, burst)).came).toEqual([0, 1, 2, 3, 4, 5])
  expect((await run({ ...slow, queue: '420ms' }, burst)).came).toEqual([0, 1, 2, 3, 4, 5])
  expect(stats().overQueue).toBe(48)
})

test('a trace lets through what it says', async () => {
  const trace = { file: 't', opportunities: [10, 20, 20, 40], period: 40 }
  const begin = performance.now()
  const { came } = await run(
    { ...parseConditions({}, 'link'), trace },
    { count: 40, size: 1472, gap: 0 },
  )
  expect(came).toEqual(Array.from({ length: 40 }, (_, at) => at))
  // Four packets in 40 ms: the last leaves 400 ms after the trace began.
  expect(performance.now() - begin).toBeGreaterThan(390)
})

test('a condition that is added shifts no chance of another', async () => {
  const plain = await run({ loss: '10%' })
  const lost = (list: number[]) => [...Array(500).keys()].filter((at) => !list.includes(at))
  await world.close()
  world = await World.pair(tools, { relay: 'sanitized', seed: SEED })
  const echo = await world.start(1, 'udp-echo', 7).ready()
  await world.run(0, 'udp-ping', '10.0.0.2', 7, 1, 0, 3000)
  await echo.kill()
  const full = await run({
    loss: '10%',
    delay: '2ms',
    jitter: '1ms',
    distribution: 'pareto',
    duplicate: '20%',
    rate: '100mbit',
  })
  expect(full.first).toBe(plain.first)
  expect(lost(full.came)).toEqual(lost(plain.came))
})

test('a thousand changes under load lose nothing', { timeout: 60_000 }, async () => {
  const changes: LinkConditions[] = [
    { delay: '5ms', jitter: '2ms', rate: '50mbit' },
    { rate: { rate: '40mbit', overhead: 20 }, queue: '500ms' },
    { delay: '1ms', reorder: '10%' },
    { duplicate: '5%', jitter: '1ms', distribution: 'uniform' },
    {},
  ]
  let going = true
  const change = async () => {
    for (let at = 0; at < 1000 && going; at += 1) {
      await world.relay.setConditions(0, 'a', normal(changes[at % changes.length]!))
      await new Promise((resolve) => setTimeout(resolve, 1))
    }
  }
  const changed = change()
  const { came } = await run({}, { count: 8000, gap: 250 })
  going = false
  await changed
  expect(new Set(came).size).toBe(8000)
  expect(stats()).toMatchObject({ lost: 0, overQueue: 0, overMemory: 0, errors: 0 })
})
