import { expect, test } from 'vitest'
import { bridgeCreate } from '../../../src/kernel/rtnetlink/bridge.js'
import { linkDelete, linkQuery, linkSet } from '../../../src/kernel/rtnetlink/link.js'
import { linkGet, linkList } from '../../../src/kernel/rtnetlink/link-list.js'
import { linksSettled } from '../../../src/kernel/rtnetlink/link-settle.js'
import { vethCreate } from '../../../src/kernel/rtnetlink/veth.js'
import { withNamespaces } from '../fixture/namespaces.js'

test('a new namespace has lo alone, down', () =>
  withNamespaces(0, ({ fabric }) => {
    expect(linkList(fabric.route)).toMatchObject([
      { index: 1, name: 'lo', kind: undefined, up: false, mtu: 65536, mac: '00:00:00:00:00:00' },
    ])
  }))

test('one message makes a veth pair across two namespaces, joined to a bridge', () =>
  withNamespaces(1, ({ fabric, hosts: [host] }) => {
    fabric.route.batch([
      bridgeCreate({ name: 'b999', index: 999 }),
      vethCreate(
        { name: 'p1000', index: 1000, mtu: 1400, master: 999, up: true, txQueueLength: 77 },
        { name: 'eth0', index: 2, netns: host!.netns, mac: '02:00:00:00:00:07', mtu: 1400 },
      ),
      linkSet(999, { up: true }),
    ])
    expect(linkGet(fabric.route, 'p1000')).toMatchObject({
      index: 1000,
      kind: 'veth',
      up: true,
      carrier: false,
      mtu: 1400,
      master: 999,
      peer: 2,
      txQueueLength: 77,
    })
    expect(linkGet(host!.route, 2)).toMatchObject({
      name: 'eth0',
      up: false,
      mac: '02:00:00:00:00:07',
      mtu: 1400,
      peer: 1000,
      master: undefined,
    })
    host!.route.request(linkSet('eth0', { up: true }))
    expect(linkGet(fabric.route, 1000)).toMatchObject({ carrier: true })
    expect(linkGet(fabric.route, 999)).toMatchObject({ name: 'b999', kind: 'bridge', up: true })
  }))

test('a device that is asked for right behind is up for everybody, whenever the link watch runs', () =>
  withNamespaces(0, ({ fabric: { route } }) => {
    for (let round = 0; round < 50; round += 1) {
      route.batch([
        vethCreate({ name: 'near', index: 50, up: true }, { name: 'far', index: 60 }),
        linkSet(60, { up: true }),
        linkQuery(60),
      ])
      // A list, unlike a question for one device, tells what is known so far.
      expect(linkList(route)).toContainEqual(
        expect.objectContaining({ name: 'far', operstate: 'up' }),
      )
      route.request(linkDelete(50))
    }
  }))

test('both ends of a pair carry frames once they are settled', () =>
  withNamespaces(4, async ({ fabric, hosts }) => {
    const ports = hosts.map((_, pair) => 1000 + pair)
    for (const [pair, { netns, route }] of hosts.entries()) {
      const index = ports[pair]!
      const near = { name: `p${index}`, index, up: true }
      fabric.route.request(vethCreate(near, { name: 'eth0', index: 2, netns }))
      route.request(linkSet('eth0', { up: true }))
    }
    // The kernel's link watch makes either end wait, as it happens to run.
    expect(await linksSettled(fabric.route, ports)).toEqual([])
    for (const { route } of hosts) {
      expect(await linksSettled(route, ['eth0'])).toEqual([])
      expect(linkList(route)).toContainEqual(
        expect.objectContaining({ name: 'eth0', operstate: 'up', carrier: true }),
      )
    }
  }))

test('a link is changed, renamed, moved and deleted', () =>
  withNamespaces(1, ({ fabric, hosts: [host] }) => {
    fabric.route.batch([
      vethCreate({ name: 'a', index: 10 }, { name: 'b', index: 11 }),
      bridgeCreate({ name: 'br', index: 12 }),
      linkSet('a', { up: true, mtu: 9000, mac: '02:00:00:00:00:0a', master: 12 }),
    ])
    expect(linkGet(fabric.route, 10)).toMatchObject({
      up: true,
      mtu: 9000,
      mac: '02:00:00:00:00:0a',
      master: 12,
    })
    fabric.route.batch([
      linkSet(10, { up: false, master: 0 }),
      linkSet(10, { name: 'c' }),
      linkSet('b', { netns: host!.netns }),
    ])
    expect(linkGet(fabric.route, 'c')).toMatchObject({ index: 10, up: false, master: undefined })
    expect(linkGet(host!.route, 'b')).toMatchObject({ index: 11 })
    fabric.route.request(linkDelete('c'))
    expect(linkList(host!.route)).toHaveLength(1)
    fabric.route.request(linkDelete('c', { allow: ['ENODEV'] }))
    expect(() => fabric.route.request(linkDelete('c'))).toThrow(/ENODEV/)
  }))

test('no automatic IPv6 address is no error where there is no IPv6', () =>
  withNamespaces(0, ({ fabric: { route } }) => {
    // IPv6 leaves a device whose frames are too small for it (RFC 8200: 1280).
    route.request(vethCreate({ name: 'a', index: 10, mtu: 1000 }, { name: 'b' }))
    route.request(linkSet('a', { addrGenMode: 'none' }))
    expect(() => route.request(linkSet('a', { addrGenMode: 'none', mtu: 1001 }))).toThrow(
      /EAFNOSUPPORT/,
    )
  }))

test('veth refuses a carrier of its own; the other end taken down takes it away', () =>
  withNamespaces(1, ({ fabric, hosts: [host] }) => {
    fabric.route.request(
      vethCreate(
        { name: 'p1000', index: 1000, up: true },
        { name: 'eth0', index: 2, netns: host!.netns },
      ),
    )
    host!.route.request(linkSet(2, { up: true }))
    expect(() => fabric.route.request(linkSet(1000, { carrier: false }))).toThrow(
      expect.objectContaining({
        code: 'UNSUPPORTED',
        errno: 'EOPNOTSUPP',
        object: 'device number 1000',
      }),
    )
    fabric.route.request(linkSet(1000, { up: false }))
    expect(linkGet(host!.route, 2)).toMatchObject({ up: true, carrier: false })
    fabric.route.request(linkSet(1000, { up: true }))
    expect(linkGet(host!.route, 2)).toMatchObject({ carrier: true })
  }))
