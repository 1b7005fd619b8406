import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { parseConditions } from '../../../src/wire/conditions/index.js'
import { Tools } from '../fixture/tools.js'
import { World } from '../fixture/world.js'

//  host 0 (10.0.0.1) ---- a  link 0  b ---- host 1 (10.0.0.2)

let tools: Tools
let world: World

beforeAll(() => {
  tools = new Tools()
})
afterEach(() => world.close())
afterAll(() => tools.remove())

/** Round trips in milliseconds; a lost one is NaN. */
async function roundTrips(count: number, gapUs = 1000): Promise<number[]> {
  const echo = await world.start(1, 'udp-echo', 7).ready()
  const lines = await world.run(0, 'udp-ping', '10.0.0.2', 7, count, gapUs, 3000)
  await echo.kill()
  return lines.map((line) => Number(line) / 1000)
}

const median = (values: number[]): number => values.toSorted((x, y) => x - y)[values.length >> 1]!

test('a wire without conditions adds little to a round trip', async () => {
  world = await World.pair(tools)
  const times = await roundTrips(50)
  expect(times.filter(Number.isNaN)).toEqual([])
  expect(median(times)).toBeLessThan(5)
})

test('each direction has its own delay', async () => {
  world = await World.pair(tools)
  await world.relay.setConditions(0, 'a', parseConditions({ delay: '30ms' }, 'link'))
  expect(median(await roundTrips(10))).toBeGreaterThanOrEqual(30)
  await world.relay.setConditions(0, 'b', parseConditions({ delay: 20 }, 'link'))
  const times = await roundTrips(10)
  for (const time of times) expect(time).toBeGreaterThanOrEqual(50)
  expect(median(times)).toBeLessThan(80)
})

test('jitter spreads delays and keeps the order', async () => {
  world = await World.pair(tools, { seed: 5n })
  await roundTrips(1)
  const conditions = parseConditions({ delay: '20ms', jitter: '5ms' }, 'link')
  await world.relay.setConditions(0, 'a', conditions)
  // Far enough apart that none waits for the one before.
  const times = await roundTrips(60, 20_000)
  const mean = times.reduce((sum, time) => sum + time, 0) / times.length
  const deviation = Math.sqrt(
    times.reduce((sum, time) => sum + (time - mean) ** 2, 0) / times.length,
  )
  expect(Math.min(...times)).toBeLessThan(20)
  expect(mean).toBeGreaterThan(17)
  expect(deviation).toBeGreaterThan(2.5)
  const collect = await world.start(1, 'udp-collect', 8, 300).ready()
  await world.run(0, 'udp-send', '10.0.0.2', 8, 2000, 100, 100)
  expect(await collect.numbers()).toEqual([...Array(2000).keys()])
})
