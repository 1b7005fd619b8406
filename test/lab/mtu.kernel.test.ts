import { describe, expect, test } from 'vitest'
import { aLab, ofInterface, reaches, read } from './support/bench.js'
import { kinds } from './support/kinds.js'
import { datagrams, removeTrafficAfterwards } from './support/traffic.js'

removeTrafficAfterwards()

/** A jumbo frame's packet, and the largest datagram in it: without the headers of IP and UDP. */
const MTU = 9000
const LARGEST = MTU - 20 - 8

/** How many fragments a host has made: /proc/net/snmp, the second line that begins with Ip. */
async function fragments(host: Parameters<typeof read>[0]): Promise<number> {
  const [names = '', values = ''] = (await read(host, '/proc/net/snmp')).split('\n')
  return Number(values.split(' ')[names.split(' ').indexOf('FragCreates')])
}

const builds = Object.entries(kinds).flatMap(([kind, declare]) =>
  [{ mtu: MTU }, { mtu: MTU, delay: 1, loss: 0.000001 }].map((options) => ({
    name: `${kind}, ${'delay' in options ? 'relayed' : 'plain'}`,
    declare,
    options,
  })),
)

describe.concurrent.each(builds)(
  'over a link $name (support/kinds.ts has the drawings)',
  ({ declare, options }) => {
    test('jumbo packets pass whole where every link takes them', async ({ onTestFinished }) => {
      const lab = await aLab({}, onTestFinished)
      const { a, b } = declare(lab, options, false, { mtu: MTU })
      await lab.start()
      await reaches(a, b)
      expect(await ofInterface(a, 'eth0', 'mtu')).toBe(String(MTU))
      expect(await datagrams(a, b, { count: 3, size: LARGEST })).toEqual([0, 1, 2])
      expect(await fragments(a)).toBe(0)
      // A byte more, and it shows.
      expect(await datagrams(a, b, { count: 3, size: LARGEST + 1 })).toEqual([0, 1, 2])
      expect(await fragments(a)).toBeGreaterThan(0)
    })
  },
)

//   a -9000- [lan] -1500- b
test('what is too large for the last link is dropped there, as on a real switch', async () => {
  const lab = await aLab()
  const [a, b] = lab.hosts('a', 'b')
  const lan = lab.switch('lan')
  lab.link(a, lan, { mtu: MTU })
  lab.link(b, lan)
  await lab.start()
  await reaches(a, b)
  expect(await datagrams(a, b, { count: 3, size: LARGEST })).toEqual([])
  expect(await datagrams(a, b, { count: 3, size: 1472 })).toEqual([0, 1, 2])
})
