import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { NetrigError } from '../../../src/base/errors.js'
import { parseConditions, perfect } from '../../../src/wire/conditions/index.js'
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

test('the relay ends when its client does', async () => {
  world = await World.pair(tools)
  await world.relay.close()
  await world.relay.close()
  expect(await world.relayStatus()).toBe(0)
  await expect(world.relay.detach(0)).rejects.toMatchObject({ code: 'WIRE_LOST' })
})

test('a relay that dies is told of, once, and fails what was asked', async () => {
  world = await World.pair(tools)
  const losses: NetrigError[] = []
  world.relay.onLost((error) => losses.push(error))
  const told = new Promise<NetrigError>((resolve) => world.relay.onLost(resolve))
  process.kill(world.relayPid, 'SIGSTOP')
  const asked = expect(world.relay.detach(0)).rejects.toMatchObject({ code: 'WIRE_LOST' })
  process.kill(world.relayPid, 'SIGKILL')
  expect(await told).toBeInstanceOf(NetrigError)
  await asked
  await expect(world.relay.setDown(0, 'a', true)).rejects.toMatchObject({ code: 'WIRE_LOST' })
  expect(losses).toHaveLength(1)
  // What was counted can still be read.
  expect(world.relay.stats(0).a.packets).toBeGreaterThanOrEqual(0)
})

test('requests are answered in order, each by its own answer', async () => {
  world = await World.pair(tools)
  const results = await Promise.allSettled([
    world.relay.setConditions(0, 'a', perfect),
    world.relay.setConditions(1, 'a', perfect),
    world.relay.attach({ number: 0, ports: { a: 1000, b: 1001 } }),
    world.relay.attach({ number: 1, ports: { a: 4242, b: 1001 } }),
    world.relay.attach({ number: 65536, ports: { a: 1000, b: 1001 } }),
    world.relay.replacePort(0, 'b', 4242),
    world.relay.setDown(0, 'b', false),
  ])
  const errnos = results.map((result) =>
    result.status === 'rejected' ? (result.reason as NetrigError).errno : 'ok',
  )
  expect(errnos).toEqual(['ok', 'ENOENT', 'EEXIST', 'ENODEV', 'ERANGE', 'ENODEV', 'ok'])
})

test('what the kernel refuses is said with its name', async () => {
  world = await World.pair(tools)
  await expect(
    world.relay.attach({ number: 5, ports: { a: 4242, b: 1001 } }),
  ).rejects.toMatchObject({
    code: 'KERNEL',
    operation: 'relay link',
    object: 'link 5',
    errno: 'ENODEV',
  })
})

test('thousands of requests at once', async () => {
  world = await World.pair(tools)
  const conditions = parseConditions({ delay: '1ms', loss: '10%' }, 'link')
  await Promise.all(
    Array.from({ length: 5000 }, () => world.relay.setConditions(0, 'a', conditions)),
  )
})

test('a link may be taken off and its number used anew, from zero', async () => {
  world = await World.pair(tools)
  const echo = await world.start(1, 'udp-echo', 7).ready()
  await world.run(0, 'udp-ping', '10.0.0.2', 7, 3, 0, 2000)
  expect(world.relay.stats(0).a.packets).toBeGreaterThan(0)
  await world.relay.detach(0)
  await world.relay.attach({ number: 0, ports: { a: 1000, b: 1001 } })
  expect(world.relay.stats(0).a.packets).toBe(0)
  expect(await world.run(0, 'udp-ping', '10.0.0.2', 7, 1, 0, 2000)).not.toEqual(['lost'])
  await echo.kill()
})

test('a link that never was has counted nothing', async () => {
  world = await World.pair(tools)
  expect(world.relay.stats(77).b).toMatchObject({ packets: 0, delivered: 0 })
})

test('memory is bounded, and what did not fit is counted', async () => {
  world = await World.pair(tools)
  const echo = await world.start(1, 'udp-echo', 7).ready()
  await world.run(0, 'udp-ping', '10.0.0.2', 7, 1, 0, 2000)
  await echo.kill()
  await world.relay.setMemory(100_000)
  await world.relay.setConditions(0, 'a', parseConditions({ delay: '1h' }, 'link'))
  await world.run(0, 'udp-send', '10.0.0.2', 8, 200, 1000, 50)
  await world.relay.setDown(0, 'a', true)
  const { overMemory, down } = world.relay.stats(0).a
  expect(overMemory + down).toBe(200)
  expect(down).toBeGreaterThan(80)
  expect(down).toBeLessThan(100)
})
