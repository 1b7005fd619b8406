import { expect, test } from 'vitest'
import type { Host } from '../../../src/index.js'
import { aLab, reaches } from '../support/bench.js'
import { captureFile, listening, numbersIn, readCapture } from '../support/capture.js'
import { removeTrafficAfterwards, traffic } from '../support/traffic.js'

removeTrafficAfterwards()

/**
 * Sends, and waits until all is there: what is said next may else overtake it, where programs take no time
 * to start.
 */
async function sendAll(from: Host, to: Host, count: number): Promise<void> {
  await from.exec(traffic(), ['udp-send', to.address, 4000, count, 100, 200].map(String))
  await to.exec('sleep', ['0.1'])
}

/** What each interface of a file saw, by its name. */
function seen(file: string) {
  const { interfaces, packets } = readCapture(file)
  return Object.fromEntries(
    interfaces.map(({ name }, at) => {
      const own = packets.filter((one) => one.interface === at && numbersIn([one]).length > 0)
      const directions = [...new Set(own.map(({ direction }) => direction))].join()
      return [name, { numbers: numbersIn(own), directions, times: own.map(({ time }) => time) }]
    }),
  )
}

//   a --~-- b      half of what a sends is lost on the way, the rest takes 20 ms
test('a link is seen at both ends: what was lost on the way was seen at one', async () => {
  const lab = await aLab({ seed: 3, engine: 'relay' })
  const [a, b] = lab.hosts('a', 'b')
  const link = lab.link(a, b, { delay: '20ms' })
  await lab.start()
  await listening(a, b)
  expect(await reaches(a, b)).toBe(true)
  await link.update({ from: a, loss: '50%' })
  const file = captureFile()
  const shot = await link.capture({ file, filter: 'udp' })
  await sendAll(a, b, 200)
  await shot.stop()
  const ends = seen(file)
  expect(ends.a).toMatchObject({ directions: 'out' })
  expect(ends.a!.numbers).toEqual(Array.from({ length: 200 }, (_, at) => at))
  expect(ends.b).toMatchObject({ directions: 'in' })
  expect(ends.b!.numbers.length).toBeGreaterThan(60)
  expect(ends.b!.numbers.length).toBeLessThan(140)
  ends.b!.numbers.forEach((number: number, at: number) => {
    const way = ends.b!.times[at]! - ends.a!.times[number]!
    expect(Number(way) / 1e6).toBeGreaterThanOrEqual(20)
  })
})

//   a ---- [lan] ---- b      a's cable has no conditions at first
test('a link to a switch has an end there once something lies between', async () => {
  const lab = await aLab({ engine: 'relay' })
  const [a, b] = lab.hosts('a', 'b')
  const lan = lab.switch('lan')
  const link = lab.link(a, lan)
  lab.link(lan, b)
  await lab.start()
  await listening(a, b)
  const file = captureFile()
  const shot = await link.capture({ file, filter: 'udp' })
  await sendAll(a, b, 3)
  await link.update({ delay: '1ms' })
  await sendAll(a, b, 2)
  await sendAll(b, a, 1)
  await shot.stop()
  const ends = seen(file)
  expect(ends.a!.numbers).toEqual([0, 1, 2, 0, 1, 0])
  expect(ends.lan!.numbers).toEqual([0, 1, 0])
  const { packets, interfaces } = readCapture(file)
  expect(packets.slice(-2).map((one) => [interfaces[one.interface]!.name, one.direction])).toEqual([
    ['lan', 'out'],
    ['a', 'in'],
  ])
})

//   a -- [s1] ---- [s2] -- b      the trunk is captured, without conditions and with
test.each([undefined, { delay: '1ms' as const }])(
  'a link between switches: %o',
  async (conditions) => {
    const lab = await aLab({ engine: 'relay' })
    const [a, b] = lab.hosts('a', 'b')
    const [s1, s2] = [lab.switch('s1'), lab.switch('s2')]
    lab.link(a, s1)
    lab.link(b, s2)
    const trunk = lab.link(s1, s2, conditions)
    await lab.start()
    await listening(a, b)
    const file = captureFile()
    const outward = captureFile()
    const shot = await trunk.capture({ file, filter: 'udp' })
    const other = await trunk.capture({
      file: outward,
      filter: 'udp and outbound',
      interface: 's1',
    })
    await sendAll(a, b, 2)
    await sendAll(b, a, 1)
    await shot.stop()
    await other.stop()
    const { packets, interfaces } = readCapture(file)
    const there = packets.map((one) => `${interfaces[one.interface]!.name} ${one.direction}`)
    expect(there.filter((one) => one.startsWith('s1'))).toEqual(['s1 out', 's1 out', 's1 in'])
    expect(there.filter((one) => one.startsWith('s2'))).toEqual(
      conditions === undefined ? [] : ['s2 in', 's2 in', 's2 out'],
    )
    expect(numbersIn(readCapture(outward).packets)).toEqual([0, 1])
  },
)
