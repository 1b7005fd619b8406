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

const alive = async (): Promise<boolean> => {
  const echo = await world.start(1, 'udp-echo', 7).ready()
  const [line] = await world.run(0, 'udp-ping', '10.0.0.2', 7, 1, 0, 2000)
  await echo.kill()
  return line !== 'lost'
}

test('a direction that is down drops and counts, the other goes on', async () => {
  world = await World.pair(tools)
  expect(await alive()).toBe(true)
  await world.relay.setDown(0, 'a', true)
  const there = await world.start(1, 'udp-collect', 8, 300).ready()
  const back = await world.start(0, 'udp-collect', 8, 300).ready()
  await world.run(0, 'udp-send', '10.0.0.2', 8, 100, 100, 0)
  await world.run(1, 'udp-send', '10.0.0.1', 8, 100, 100, 0)
  expect(await there.numbers()).toEqual([])
  expect(await back.numbers()).toHaveLength(100)
  expect(world.relay.stats(0).a.down).toBeGreaterThanOrEqual(100)
  expect(world.relay.stats(0).b.down).toBe(0)
  await world.relay.setDown(0, 'a', false)
  expect(await alive()).toBe(true)
})

test('what is on its way when a link goes down is gone', async () => {
  world = await World.pair(tools)
  expect(await alive()).toBe(true)
  await world.relay.setConditions(0, 'a', parseConditions({ delay: '1h' }, 'link'))
  await world.run(0, 'udp-send', '10.0.0.2', 8, 50, 100, 0)
  await world.relay.setDown(0, 'a', true)
  expect(world.relay.stats(0).a.down).toBe(50)
  const collect = await world.start(1, 'udp-collect', 8, 300).ready()
  await world.relay.setDown(0, 'a', false)
  await world.relay.setConditions(0, 'a', parseConditions({}, 'link'))
  expect(await collect.numbers()).toEqual([])
})

test('a port that goes stops nothing, and its successor takes over', async () => {
  world = await World.pair(tools, { relay: 'sanitized' })
  expect(await alive()).toBe(true)
  for (const port of [1002, 1003]) {
    await world.tell(`remove ${port - 1}`)
    // Towards nowhere: refused by the kernel, counted, and the other direction is not hurt.
    const { errors } = world.relay.stats(0).a
    await world.run(0, 'udp-send', '10.0.0.2', 8, 10, 100, 0)
    await world.relay.setConditions(0, 'a', parseConditions({}, 'link'))
    expect(world.relay.stats(0).a.errors).toBeGreaterThan(errors)
    await world.plug(1, port)
    await world.relay.replacePort(0, 'b', port)
    expect(await alive()).toBe(true)
  }
})

test('a port that is down for a while comes back by itself', async () => {
  world = await World.pair(tools, { relay: 'sanitized' })
  expect(await alive()).toBe(true)
  await world.tell('up -1 1001 0')
  await world.run(0, 'udp-send', '10.0.0.2', 8, 10, 100, 0)
  await world.tell('up -1 1001 1')
  await world.tell('running -1 1001')
  expect(await alive()).toBe(true)
})

test('a relay whose ports are gone rests', async () => {
  world = await World.pair(tools)
  expect(await alive()).toBe(true)
  await world.tell('remove 1000')
  await world.tell('remove 1001')
  const before = world.relayTicks()
  await new Promise((resolve) => setTimeout(resolve, 500))
  expect(world.relayTicks() - before).toBeLessThan(10)
})
