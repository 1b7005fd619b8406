import { expect, test } from 'vitest'
import { addressAdd, addressDelete, addressList } from '../../../src/kernel/rtnetlink/address.js'
import { linkSet } from '../../../src/kernel/rtnetlink/link.js'
import { routeAdd, routeDelete, routeList } from '../../../src/kernel/rtnetlink/route.js'
import { vethCreate } from '../../../src/kernel/rtnetlink/veth.js'
import { type Namespace, withNamespaces } from '../fixture/namespaces.js'

/** A pair within one namespace, so that there are devices to put addresses on. */
function pair({ route }: Namespace): void {
  route.batch([
    vethCreate({ name: 'a', index: 10 }, { name: 'b', index: 11 }),
    linkSet(10, { addrGenMode: 'none' }),
    linkSet(11, { addrGenMode: 'none' }),
    linkSet(10, { up: true }),
    linkSet(11, { up: true }),
  ])
}

test('IPv4: addresses and routes come, are listed and go', () =>
  withNamespaces(0, ({ fabric }) => {
    const { route } = fabric
    pair(fabric)
    route.batch([
      addressAdd({ index: 10, address: '10.1.0.1', prefix: 24 }),
      addressAdd({ index: 11, address: '10.2.0.1', prefix: 31 }),
      routeAdd({ to: 'default', via: '10.1.0.254' }),
      routeAdd({ to: '10.9.0.0/16', via: '10.1.0.253', metric: 7 }),
      routeAdd({ to: '192.0.2.1', index: 10 }),
    ])
    expect(addressList(route)).toEqual([
      { index: 10, address: '10.1.0.1', prefix: 24 },
      { index: 11, address: '10.2.0.1', prefix: 31 },
    ])
    const v4 = () => routeList(route).filter(({ family }) => family === 4)
    expect(v4()).toHaveLength(5)
    expect(v4()).toEqual(
      expect.arrayContaining([
        { family: 4, to: 'default', via: '10.1.0.254', index: 10, metric: undefined },
        { family: 4, to: '10.9.0.0/16', via: '10.1.0.253', index: 10, metric: 7 },
        { family: 4, to: '192.0.2.1/32', via: undefined, index: 10, metric: undefined },
        { family: 4, to: '10.1.0.0/24', via: undefined, index: 10, metric: undefined },
      ]),
    )
    route.batch([
      routeDelete({ to: 'default' }),
      routeDelete({ to: 'default' }, { allow: ['ESRCH'] }),
      routeDelete({ to: '10.9.0.0/16', via: '10.1.0.253' }),
      addressDelete({ index: 11, address: '10.2.0.1', prefix: 31 }),
      addressDelete({ index: 11, address: '10.2.0.1', prefix: 31 }, { allow: ['EADDRNOTAVAIL'] }),
    ])
    expect(v4().map(({ to }) => to)).toEqual(['10.1.0.0/24', '192.0.2.1/32'])
    expect(addressList(route)).toHaveLength(1)
  }))

test('IPv6: addresses are usable at once and no other appears', () =>
  withNamespaces(0, async ({ fabric }) => {
    const { route } = fabric
    pair(fabric)
    route.batch([
      addressAdd({ index: 10, address: 'fe80::1', prefix: 64 }),
      addressAdd({ index: 10, address: 'fd00:1::1', prefix: 64 }),
      routeAdd({ to: 'default', via: 'fd00:1::fe' }),
      routeAdd({ to: 'fd00:9::/32', via: 'fd00:1::fd', index: 10 }),
    ])
    expect(addressList(route)).toEqual([
      { index: 10, address: 'fd00:1::1', prefix: 64 },
      { index: 10, address: 'fe80::1', prefix: 64 },
    ])
    expect(routeList(route).filter(({ family }) => family === 6)).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ to: 'default', via: 'fd00:1::fe', index: 10 }),
        expect.objectContaining({ to: 'fd00:9::/32', via: 'fd00:1::fd', index: 10 }),
      ]),
    )
  }))

test('the error says which message of a batch failed, and what the kernel says', () =>
  withNamespaces(0, ({ fabric }) => {
    pair(fabric)
    expect(() =>
      fabric.route.batch([
        addressAdd({ index: 10, address: '10.1.0.1', prefix: 24 }),
        routeAdd({ to: 'default', via: '10.7.0.1' }),
        addressAdd({ index: 99, address: '10.1.0.2', prefix: 24 }),
        addressAdd({ index: 11, address: '10.1.0.3', prefix: 24 }),
      ]),
    ).toThrow(
      expect.objectContaining({
        name: 'NetrigError',
        code: 'KERNEL',
        operation: 'RTM_NEWROUTE',
        object: 'route to default via 10.7.0.1',
        errno: 'ENETUNREACH',
        index: 1,
        kernelText: 'Nexthop has invalid gateway',
        message:
          'The kernel refused RTM_NEWROUTE for route to default via 10.7.0.1: ENETUNREACH, ' +
          'Nexthop has invalid gateway (and 1 more of this batch failed)',
      }),
    )
    // Those behind it have been done all the same.
    expect(addressList(fabric.route)).toHaveLength(2)
  }))
