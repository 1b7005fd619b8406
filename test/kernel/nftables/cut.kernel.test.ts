import { expect, test } from 'vitest'
import { createCutTable, deleteTable, readCutTable } from '../../../src/kernel/nftables/cut.js'
import { linkDelete } from '../../../src/kernel/rtnetlink/link.js'
import { vethCreate } from '../../../src/kernel/rtnetlink/veth.js'
//X '../../../src/kernel/rtnetlink/link.js'
import { addressOf, buildLan, portIndex, portName, udp, until } from '../fixture/lan.js'
import { type Namespaces, withNamespaces } from '../fixture/namespaces.js'

const ports = (...hosts: number[]) => hosts.map(portName)
const marks = (...hosts: number[]) => hosts.map(portIndex)

/** The cut between host 0 and hosts 1 and 2, both ways. */
const PARTITION = {
  table: 'cut-1',
  markDevices: ports(0, 1, 2),
  drops: [
    { devices: ports(1, 2), hook: 'egress' as const, marks: marks(0) },
    { devices: ports(0), hook: 'egress' as const, marks: marks(1, 2) },
  ],
}

async function talkers({ hosts }: Namespaces) {
  return Promise.all(hosts.map((host) => udp(host, 7000)))
}

test('a partition eats what crosses it, counts it, and heals', () =>
  withNamespaces(3, async (namespaces) => {
    const { netfilter } = namespaces.fabric
    await buildLan(namespaces)
    const [a, b, c] = await talkers(namespaces)
    a!.send('before', 7000, addressOf(1))
    await until(() => b!.seen.length === 1)
    b!.send('before', 7000, addressOf(0))
    await until(() => a!.seen.length === 1)

    createCutTable(netfilter, PARTITION)
    const eaten = () => readCutTable(netfilter, 'cut-1')!
    expect(eaten()).toEqual({
      packets: 0,
      bytes: 0,
      drops: [
        { packets: 0, bytes: 0 },
        { packets: 0, bytes: 0 },
      ],
    })
    a!.send('cut', 7000, addressOf(1))
    b!.send('cut', 7000, addressOf(0))
    await until(() => eaten().drops.every(({ packets }) => packets > 0))
    b!.send('same side', 7000, addressOf(2))
    await until(() => c!.seen.length === 1)
    expect([a!.seen, b!.seen, c!.seen]).toEqual([['before'], ['before'], ['same side']])
    const { packets, bytes, drops } = eaten()
    expect(packets).toBe(drops[0]!.packets + drops[1]!.packets)
    expect(bytes).toBeGreaterThan(packets * 20)

    deleteTable(netfilter, 'cut-1')
    expect(readCutTable(netfilter, 'cut-1')).toBeUndefined()
    a!.send('after', 7000, addressOf(1))
    await until(() => b!.seen.length === 2)
    expect(b!.seen).toEqual(['before', 'after'])
    for (const each of [a, b, c]) each!.close()
  }))

test('one direction alone, exchanged for the other', () =>
  withNamespaces(2, async (namespaces) => {
    const { netfilter } = namespaces.fabric
    await buildLan(namespaces)
    const [a, b] = await talkers(namespaces)
    a!.send('arp', 7000, addressOf(1))
    await until(() => b!.seen.length === 1)
    const oneWay = (from: number, to: number) => ({
      table: 'cut',
      markDevices: ports(0, 1),
      drops: [{ devices: ports(to), hook: 'egress' as const, marks: marks(from) }],
    })
    createCutTable(netfilter, oneWay(0, 1))
    a!.send('lost', 7000, addressOf(1))
    b!.send('kept', 7000, addressOf(0))
    await until(() => a!.seen.length === 1 && readCutTable(netfilter, 'cut')!.packets > 0)

    createCutTable(netfilter, oneWay(1, 0), 'replace')
    expect(readCutTable(netfilter, 'cut')!.packets).toBe(0)
    a!.send('kept', 7000, addressOf(1))
    await until(() => b!.seen.length === 2)
    b!.send('lost', 7000, addressOf(0))
    await until(() => readCutTable(netfilter, 'cut')!.packets > 0)
    expect([a!.seen, b!.seen]).toEqual([['kept'], ['arp', 'kept']])
    for (const each of [a, b]) each!.close()
  }))

test('a drop without marks takes all that a port receives', () =>
  withNamespaces(2, async (namespaces) => {
    const { netfilter } = namespaces.fabric
    await buildLan(namespaces)
    const [a, b] = await talkers(namespaces)
    createCutTable(netfilter, { table: 'deaf', drops: [{ devices: ports(0), hook: 'ingress' }] })
    a!.send('x', 7000, addressOf(1))
    await until(() => readCutTable(netfilter, 'deaf')!.packets > 0)
    expect(b!.seen).toEqual([])
    for (const each of [a, b]) each!.close()
  }))

test('a device that goes takes only its own hook with it', () =>
  withNamespaces(3, async (namespaces) => {
    const { netfilter, route } = namespaces.fabric
    await buildLan(namespaces)
    const [a, b, c] = await talkers(namespaces)
    createCutTable(netfilter, PARTITION)
    route.request(linkDelete(portIndex(1)))
    a!.send('x', 7000, addressOf(2))
    await until(() => readCutTable(netfilter, 'cut-1')!.drops[0]!.packets > 0)
    route.batch([linkDelete(portIndex(0)), linkDelete(portIndex(2))])
    expect(readCutTable(netfilter, 'cut-1')).toBeDefined()
    deleteTable(netfilter, 'cut-1')
    deleteTable(netfilter, 'cut-1')
    for (const each of [a, b, c]) each!.close()
  }))

test('a cut is made as a whole or not at all', () =>
  withNamespaces(1, async (namespaces) => {
    const { netfilter } = namespaces.fabric
    await buildLan(namespaces)
    createCutTable(netfilter, { table: 'cut', drops: [] })
    expect(() => createCutTable(netfilter, { ...PARTITION, table: 'cut' })).toThrow(
      expect.objectContaining({
        operation: 'NFT_MSG_NEWTABLE',
        object: 'table cut',
        errno: 'EEXIST',
      }),
    )
    const wrong = { devices: ['a-name-that-is-too-long-for-a-device'], hook: 'egress' as const }
    expect(() => createCutTable(netfilter, { table: 'new', drops: [wrong] })).toThrow(
      expect.objectContaining({
        operation: 'NFT_MSG_NEWCHAIN',
        object: 'chain drop-0-0 of table new',
      }),
    )
    expect(readCutTable(netfilter, 'new')).toBeUndefined()
  }))

test('300 ports and 5000 marks are one cut', () =>
  withNamespaces(0, ({ fabric }) => {
    const devices = Array.from({ length: 300 }, (_, index) => `d${index}`)
    fabric.route.batch(
      devices.slice(0, 150).map((name, at) => vethCreate({ name }, { name: devices[at + 150]! })),
    )
    const drop = {
      devices: [...devices, 'd0'],
      hook: 'egress' as const,
      marks: Array.from({ length: 5000 }, (_, index) => index),
    }
    createCutTable(fabric.netfilter, { table: 'big', markDevices: devices, drops: [drop] })
    expect(readCutTable(fabric.netfilter, 'big')).toMatchObject({ packets: 0, drops: [{}] })
  }))
