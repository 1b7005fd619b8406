import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { parseConditions } from '../../../src/wire/conditions/index.js'
import { Tools } from '../fixture/tools.js'
import { World } from '../fixture/world.js'

//  host 0 (10.0.0.1) ---- a  link 0  b ---- host 1 (10.0.0.2)
//
// Frames as they come, under a relay with sanitizers in it.

let tools: Tools
let world: World

beforeAll(() => {
  tools = new Tools()
})
afterEach(() => world.close())
afterAll(() => tools.remove())

const STRANGER = '020000000099'
const SENDER = '020000000001'
/** The type for local experiments, IEEE 802. */
const LOCAL = '88b5'

interface Frame {
  readonly size: number
  readonly mark: number
  /** Type and tag that the receiving kernel took off, eight digits. */
  readonly vlan: string
  readonly start: string
}

/** What arrives of one frame; nothing else is on the wire. */
async function pass(hex: string, size: number, mark = 0, to = 1, device = 'eth0') {
  const receive = await world.start(to, 'raw-receive', device, 1, 10_000).ready()
  await world.run(to < 0 ? -1 : 0, 'raw-send', to < 0 ? 'f1' : 'eth0', hex, size, mark)
  const [line] = await receive.lines()
  if (line === undefined) return undefined
  const [bytes, marked, vlan, start] = line.split(' ')
  return { size: Number(bytes), mark: Number(marked), vlan: vlan!, start: start! } satisfies Frame
}

test('a frame for somebody else passes as it is', async () => {
  world = await World.pair(tools, { relay: 'sanitized' })
  const frame = `${STRANGER}${SENDER}${LOCAL}0123456789abcdef`
  const arrived = await pass(frame, 60)
  expect(arrived).toMatchObject({ size: 60, vlan: '00000000' })
  expect(arrived?.start.startsWith(frame)).toBe(true)
})

test.each(['8100', '88a8'])('a tag of type %s stays on', async (type) => {
  world = await World.pair(tools, { relay: 'sanitized' })
  const arrived = await pass(`${STRANGER}${SENDER}${type}6123${LOCAL}aabbccdd`, 64)
  expect(arrived).toMatchObject({ size: 60, vlan: `${type}6123` })
  expect(arrived?.start.startsWith(`${STRANGER}${SENDER}${LOCAL}aabbccdd`)).toBe(true)
  expect(world.relay.stats(0).a).toMatchObject({ packets: 1, bytes: 64, delivered: 1 })
})

test('two tags stay on, held by a delay, too', async () => {
  world = await World.pair(tools, { relay: 'sanitized' })
  await world.relay.setConditions(0, 'a', parseConditions({ delay: '20ms' }, 'link'))
  const arrived = await pass(`${STRANGER}${SENDER}88a860018100a002${LOCAL}ee`, 64)
  expect(arrived).toMatchObject({ vlan: '88a86001' })
  expect(arrived?.start.startsWith(`${STRANGER}${SENDER}8100a002${LOCAL}ee`)).toBe(true)
})

test('jumbo frames pass where both ports take them', async () => {
  world = await World.pair(tools, { relay: 'sanitized', mtu: 9000 })
  expect(await pass(`${STRANGER}${SENDER}${LOCAL}`, 9014)).toMatchObject({ size: 9014 })
})

test('a frame that the far port cannot take is an error and hurts no other', async () => {
  world = await World.open(tools, { relay: 'sanitized' })
  await world.plug(0, 1000, 9000)
  await world.plug(1, 1001, 1500)
  await world.relay.attach({ number: 0, ports: { a: 1000, b: 1001 } })
  await world.run(0, 'raw-send', 'eth0', `${STRANGER}${SENDER}${LOCAL}`, 9014, 0)
  expect(await pass(`${STRANGER}${SENDER}${LOCAL}`, 60)).toMatchObject({ size: 60 })
  expect(world.relay.stats(0).a).toMatchObject({ packets: 2, delivered: 1, errors: 1 })
})

test('marks are carried over', async () => {
  world = await World.open(tools, { relay: 'sanitized' })
  if (!world.relay.carriesMarks) return
  for (const [index, peer, name] of [
    [1000, 1002, 'f1'],
    [1001, 1003, 'f2'],
  ]) {
    await world.tell(`veth ${index} -1 ${peer} ${name} 1500`)
    for (const end of [index, peer]) await world.tell(`up -1 ${end} 1`)
    for (const end of [index, peer]) await world.tell(`running -1 ${end}`)
  }
  await world.relay.attach({ number: 0, ports: { a: 1000, b: 1001 } })
  for (const delay of [0, 20]) {
    await world.relay.setConditions(0, 'a', parseConditions({ delay }, 'link'))
    const arrived = await pass(`${STRANGER}${SENDER}${LOCAL}`, 60, 4711, -1, 'f2')
    expect(arrived).toMatchObject({ mark: 4711 })
  }
})

test.each([
  ['whole', {}],
  ['cut', { loss: '1%' }],
  ['held and cut', { delay: '1ms', jitter: '1ms', rate: '1gbit' }],
] as const)('no garbage brings it down, %s', async (_, conditions) => {
  world = await World.pair(tools, { relay: 'sanitized', seed: 9n })
  await world.relay.setConditions(0, 'a', parseConditions(conditions, 'link'))
  const [taken] = await world.run(0, 'raw-garbage', 'eth0', 20_000, 1)
  expect(Number(taken)).toBeGreaterThan(500)
  const { a } = world.relay.stats(0)
  expect(a.packets + a.errors + a.missed).toBeGreaterThanOrEqual(Number(taken))
  await world.relay.setConditions(0, 'a', parseConditions({}, 'link'))
  expect(await pass(`${STRANGER}${SENDER}${LOCAL}`, 60)).toBeDefined()
})
