import { expect, test } from 'vitest'
import { redirectAdd, redirectDelete } from '../../../src/kernel/rtnetlink/filter.js'
import { linkSet } from '../../../src/kernel/rtnetlink/link.js'
import { linkGet } from '../../../src/kernel/rtnetlink/link-list.js'
import { linksSettled } from '../../../src/kernel/rtnetlink/link-settle.js'
import { neighbourList } from '../../../src/kernel/rtnetlink/neighbour.js'
import { qdiscAdd, qdiscDelete } from '../../../src/kernel/rtnetlink/qdisc.js'
import { vethCreate } from '../../../src/kernel/rtnetlink/veth.js'
import { addressOf, buildLan, joinPorts, portIndex, udp, until } from '../fixture/lan.js'
import { withNamespaces } from '../fixture/namespaces.js'

test('two ports joined by redirects are a wire; without them they are not', () =>
  withNamespaces(2, async (namespaces) => {
    const { fabric, hosts } = namespaces
    await joinPorts(namespaces)
    const [from, to] = [portIndex(0), portIndex(1)]
    fabric.route.batch([
      qdiscAdd(from, 'clsact'),
      qdiscAdd(to, 'ingress'),
      redirectAdd({ from, to }),
      redirectAdd({ from: to, to: from }),
    ])
    const [a, b] = [await udp(hosts[0]!, 7000), await udp(hosts[1]!, 7000)]
    a.send('one', 7000, addressOf(1))
    await until(() => b.seen.length === 1)
    b.send('two', 7000, addressOf(0))
    await until(() => a.seen.length === 1)

    const { mac } = linkGet(hosts[1]!.route, 'eth0')
    expect(neighbourList(hosts[0]!.route)).toContainEqual(
      expect.objectContaining({ index: 2, address: addressOf(1), mac }),
    )
    const { stats } = linkGet(fabric.route, from)
    expect(stats.rxPackets).toBeGreaterThanOrEqual(2)
    expect(stats.txBytes).toBeGreaterThan(0)

    fabric.route.request(redirectDelete(from))
    const before = linkGet(fabric.route, from).stats.rxPackets
    a.send('lost', 7000, addressOf(1))
    await until(() => linkGet(fabric.route, from).stats.rxPackets > before)
    b.send('three', 7000, addressOf(0))
    await until(() => a.seen.length === 2)
    expect(b.seen).toEqual(['one'])

    fabric.route.request(redirectAdd({ from, to }))
    a.send('four', 7000, addressOf(1))
    await until(() => b.seen.length === 2)
    expect(b.seen).toEqual(['one', 'four'])
    a.close()
    b.close()
  }))

test('a redirect is one per port, and what is gone may be taken away again', () =>
  withNamespaces(2, async (namespaces) => {
    const { route } = namespaces.fabric
    await joinPorts(namespaces)
    const [from, to] = [portIndex(0), portIndex(1)]
    expect(() => route.request(redirectAdd({ from, to }))).toThrow(/RTM_NEWTFILTER/)
    route.batch([qdiscAdd(from, 'clsact'), redirectAdd({ from, to })])
    expect(() => route.request(redirectAdd({ from, to }))).toThrow(/EEXIST/)
    expect(() => route.request(qdiscAdd(from, 'clsact'))).toThrow(/EEXIST/)
    const allow = ['ENOENT', 'ENODEV', 'EINVAL']
    route.batch([
      redirectDelete(from),
      redirectDelete(from, { allow }),
      qdiscDelete(from, 'clsact'),
      redirectDelete(from, { allow }),
      qdiscDelete(from, 'clsact', { allow }),
      redirectDelete(4242, { allow }),
      qdiscDelete(4242, 'clsact', { allow }),
    ])
  }))

test('a settled bridge forwards from the first frame on', async () => {
  for (let round = 0; round < 8; round += 1) {
    await withNamespaces(2, async (namespaces) => {
      const [a, b] = [await udp(namespaces.hosts[0]!, 7000), await udp(namespaces.hosts[1]!, 7000)]
      await buildLan(namespaces)
      const start = performance.now()
      a.send('hello', 7000, addressOf(1))
      await until(() => b.seen.length === 1)
      // A frame that is lost costs the second after which ARP asks again.
      expect(performance.now() - start).toBeLessThan(900)
      a.close()
      b.close()
    })
  }
})

test('a port whose other end is down does not settle', () =>
  withNamespaces(1, async ({ fabric, hosts: [host] }) => {
    const near = { name: 'p1000', index: 1000, up: true }
    fabric.route.request(vethCreate(near, { name: 'eth0', index: 2, netns: host!.netns }))
    expect(await linksSettled(fabric.route, [1000], 20)).toEqual([1000])
    host!.route.request(linkSet(2, { up: true }))
    expect(await linksSettled(fabric.route, [1000, 'p1000'])).toEqual([])
    await expect(linksSettled(fabric.route, [1000, 4242])).rejects.toThrow(/ENODEV/)
  }))
