import { describe, expect, test } from 'vitest'
import { Declarations } from '../../../src/lab/plan/declarations.js'
import { plan } from '../../../src/lab/plan/plan.js'
import { addressesOf, failure, host, lan, onSwitch, resolve } from './topology.js'

describe('subnets', () => {
  test('each segment has the next /24, in order of declaration', () => {
    const declared = lan(['a', 'b'])
    declared.addLink([host('a'), host('b')])
    declared.addSwitch('wan')
    declared.addLink([host('a'), onSwitch('wan')])
    const planned = plan(declared)
    expect(planned.segments).toEqual([
      { id: 0, subnet: '10.0.0.0/24', switches: ['lan'], links: [0, 1] },
      { id: 1, subnet: '10.0.1.0/24', switches: [], links: [2] },
      { id: 2, subnet: '10.0.2.0/24', switches: ['wan'], links: [3] },
    ])
    expect(addressesOf(planned, 'a')).toEqual(['10.0.0.1/24', '10.0.1.1/24', '10.0.2.1/24'])
    expect(addressesOf(planned, 'b')).toEqual(['10.0.0.2/24', '10.0.1.2/24'])
  })

  test('given ones are stepped over', () => {
    const declared = lan(['a'])
    declared.addSwitch('x', { subnet: '10.0.0.128/25' })
    declared.addSwitch('y', { subnet: '10.0.2.0/23' })
    declared.addSwitch('z')
    expect(plan(declared).segments.map(({ subnet }) => subnet)).toEqual([
      '10.0.1.0/24',
      '10.0.0.128/25',
      '10.0.2.0/23',
      '10.0.4.0/24',
    ])
  })

  test('a segment of 255 hosts has a wider one', () => {
    const declared = new Declarations()
    declared.addSwitch('small')
    declared.addSwitch('lan')
    for (let n = 0; n < 255; n++) {
      declared.addHost(`h${n}`)
      declared.addLink([host(`h${n}`), onSwitch('lan')])
    }
    const planned = plan(declared)
    expect(planned.segments.map(({ subnet }) => subnet)).toEqual(['10.0.0.0/24', '10.0.2.0/23'])
    expect(addressesOf(planned, 'h254')).toEqual(['10.0.2.255/23'])
  })

  test('switches that are joined are one segment', () => {
    const declared = lan(['a'])
    declared.addSwitch('lan2', { subnet: '10.9.0.0/24' })
    declared.addHost('b')
    declared.addLink([host('b'), onSwitch('lan2')])
    declared.addLink([onSwitch('lan'), onSwitch('lan2')])
    const planned = plan(declared)
    expect(planned.segments).toEqual([
      { id: 0, subnet: '10.9.0.0/24', switches: ['lan', 'lan2'], links: [0, 1, 2] },
    ])
    expect(addressesOf(planned, 'b')).toEqual(['10.9.0.2/24'])
  })

  test('joined switches with different subnets are refused', () => {
    const declared = new Declarations()
    declared.addSwitch('lan', { subnet: '10.0.0.0/24' })
    declared.addSwitch('lan2', { subnet: '10.1.0.0/24' })
    declared.addLink([onSwitch('lan'), onSwitch('lan2')])
    const error = failure(() => plan(declared))
    expect(error.code).toBe('SUBNET_CONFLICT')
    expect(error.message).toBe(
      'lab.start: switches lan and lan2 make one segment, which has one subnet, but switch lan is given 10.0.0.0/24 and switch lan2 is given 10.1.0.0/24.\n  hint: write the same subnet for both, or for one of them only, or put a router between them',
    )
  })

  test('the same subnet for switches that are not joined is refused', () => {
    const declared = new Declarations()
    declared.addSwitch('lan', { subnet: '10.0.0.0/24' })
    declared.addSwitch('lan2', { subnet: '10.0.0.0/24' })
    const error = failure(() => plan(declared))
    expect(error.code).toBe('SUBNET_OVERLAP')
    expect(error.message).toBe(
      'lab.start: subnet 10.0.0.0/24 of switch lan2 overlaps 10.0.0.0/24 of switch lan: write one apart from it.\n  hint: join them by a link to make them one segment, or leave one out and the lab chooses a free one',
    )
  })

  test('a full /30 is refused, with one that has room', () => {
    const error = failure(() => plan(lan(['a', 'b', 'c'], { subnet: '10.0.0.0/30' })))
    expect(error.code).toBe('SUBNET_FULL')
    expect(error.message).toBe(
      "lab.start: subnet 10.0.0.0/30 of switch lan holds 2 addresses, and 3 interfaces need one.\n  hint: give a wider subnet, e.g. { subnet: '10.0.0.0/29' }",
    )
    expect(() => plan(lan(['a', 'b'], { subnet: '10.0.0.0/30' }))).not.toThrow()
    expect(() => plan(lan(['a', 'b'], { subnet: '10.0.0.0/31' }))).not.toThrow()
  })

  test('a given address brings its subnet', () => {
    const declared = lan([])
    declared.addHost('a')
    declared.addHost('b')
    declared.addLink([host('a'), onSwitch('lan')], { address: '172.16.5.9' })
    declared.addLink([host('a'), host('b')], { address: [undefined, '172.17.0.130/25'] })
    const planned = plan(declared)
    expect(planned.segments.map(({ subnet }) => subnet)).toEqual([
      '172.16.5.0/24',
      '172.17.0.128/25',
    ])
    expect(addressesOf(planned, 'a')).toEqual(['172.16.5.9/24', '172.17.0.129/25'])
  })

  test('a given address that the subnet does not hold is refused', () => {
    const declared = lan(['a', 'b'])
    declared.addHost('c')
    declared.addHost('d')
    declared.addLink([host('c'), onSwitch('lan')], { address: '172.16.5.9' })
    declared.addLink([host('d'), onSwitch('lan')], { address: '172.16.6.9' })
    const error = failure(() => plan(declared))
    expect(error.code).toBe('INVALID_ADDRESS')
    expect(error.message).toBe(
      'lab.start: address 172.16.6.9 of host d is outside its subnet 172.16.5.0/24 (switch lan): write one from 172.16.5.1 to 172.16.5.254.',
    )
  })

  test('thousands of links find room, and the 65537th says where there is more', () => {
    const declared = new Declarations()
    declared.addHost('hub')
    for (let n = 0; n < 3000; n++) {
      declared.addHost(`h${n}`)
      declared.addLink([host('hub'), host(`h${n}`)])
    }
    expect(plan(declared).segments.at(-1)?.subnet).toBe('10.11.183.0/24')
    const full = lan(['a'])
    full.addSwitch('all', { subnet: '10.0.0.0/8' })
    const error = failure(() => plan(full))
    expect(error.code).toBe('SUBNET_FULL')
    expect(error.message).toBe(
      "lab.start: 10.0.0.0/8, from which the lab chooses subnets, has no free /24 left for switch lan.\n  hint: give it one elsewhere, e.g. { subnet: '172.16.0.0/16' }",
    )
  })
})

describe('interfaces', () => {
  test('are numbered in their host, and have a MAC address by their number in the lab', () => {
    const declared = lan(['a', 'b'])
    declared.addLink([host('b'), host('a')], { mtu: 9000 })
    const planned = plan(declared)
    expect(
      planned.interfaces.map(({ host, name, index, mac, mtu, end }) => ({
        host,
        name,
        index,
        mac,
        mtu,
        end,
      })),
    ).toEqual([
      { host: 'a', name: 'eth0', index: 2, mac: '02:00:00:00:00:01', mtu: 1500, end: 0 },
      { host: 'b', name: 'eth0', index: 2, mac: '02:00:00:00:00:02', mtu: 1500, end: 0 },
      { host: 'b', name: 'eth1', index: 3, mac: '02:00:00:00:00:03', mtu: 9000, end: 0 },
      { host: 'a', name: 'eth1', index: 3, mac: '02:00:00:00:00:04', mtu: 9000, end: 1 },
    ])
  })

  test('what is given is not chosen for another', () => {
    const declared = lan(['a'])
    declared.addHost('b')
    declared.addLink([host('b'), onSwitch('lan')], {
      address: '10.0.0.1',
      mac: '02:00:00:00:00:01',
    })
    declared.addLink([host('a'), onSwitch('lan')], { name: 'eth0' })
    const planned = plan(declared)
    expect(addressesOf(planned, 'b')).toEqual(['10.0.0.1/24'])
    expect(addressesOf(planned, 'a')).toEqual(['10.0.0.2/24', '10.0.0.3/24'])
    expect(planned.interfaces.map(({ name, mac }) => [name, mac])).toEqual([
      ['eth1', '02:01:00:00:00:01'],
      ['eth0', '02:00:00:00:00:01'],
      ['eth0', '02:00:00:00:00:03'],
    ])
  })

  test('a MAC address twice on a segment is refused, on two segments it is fine', () => {
    const mac = '0a:00:00:00:00:01'
    const declared = lan([])
    declared.addHost('a')
    declared.addHost('b')
    declared.addSwitch('wan')
    declared.addLink([host('a'), onSwitch('lan')], { mac })
    declared.addLink([host('a'), onSwitch('wan')], { mac })
    expect(() => plan(declared)).not.toThrow()
    declared.addLink([host('b'), onSwitch('lan')], { mac })
    const error = failure(() => plan(declared))
    expect(error.code).toBe('ADDRESS_TAKEN')
    expect(error.message).toBe(
      `lab.start: mac ${mac} of host b is host a's already on switch lan: write another one.`,
    )
  })
})

describe('routes', () => {
  function routed(): Declarations {
    const declared = lan(['a', 'b'])
    declared.addHost('r', 'router')
    declared.addSwitch('wan')
    declared.addHost('c')
    declared.addLink([host('r'), onSwitch('lan')])
    declared.addLink([host('r'), onSwitch('wan')])
    declared.addLink([host('c'), onSwitch('wan')])
    return declared
  }

  test('hosts go out by the only router on their subnet; it has no route itself', () => {
    expect(plan(routed()).routes).toEqual([
      { host: 'a', via: '10.0.0.3', index: 2, family: 4 },
      { host: 'b', via: '10.0.0.3', index: 2, family: 4 },
      { host: 'c', via: '10.0.1.1', index: 2, family: 4 },
    ])
  })

  test('with two routers on a subnet there is no default route by it, but by the next', () => {
    const declared = routed()
    declared.addHost('r2', 'router')
    declared.addLink([host('r2'), onSwitch('lan')])
    declared.addLink([host('a'), onSwitch('wan')])
    expect(plan(declared).routes).toEqual([
      { host: 'c', via: '10.0.1.1', index: 2, family: 4 },
      { host: 'a', via: '10.0.1.1', index: 3, family: 4 },
    ])
  })

  test('a router with two interfaces on a subnet is one router', () => {
    const declared = routed()
    declared.addLink([host('r'), onSwitch('lan')])
    expect(plan(declared).routes[0]).toEqual({ host: 'a', via: '10.0.0.3', index: 2, family: 4 })
  })

  test('a router at the other end of a direct link', () => {
    const declared = new Declarations()
    declared.addHost('a')
    declared.addHost('r', 'router')
    declared.addHost('r2', 'router')
    declared.addLink([host('a'), host('r')])
    declared.addLink([host('r'), host('r2')])
    expect(plan(declared).routes).toEqual([{ host: 'a', via: '10.0.0.2', index: 2, family: 4 }])
  })
})

describe('names', () => {
  test('all of a switch share a view', () => {
    const planned = plan(lan(['a', 'b']))
    expect(planned.views).toEqual([
      { id: 0, content: '127.0.0.1 localhost\n10.0.0.1 a\n10.0.0.2 b\n' },
    ])
    expect([...planned.viewOf]).toEqual([
      ['a', 0],
      ['b', 0],
    ])
    expect([...planned.addressOf]).toEqual([
      ['a', '10.0.0.1'],
      ['b', '10.0.0.2'],
    ])
  })

  test('a name is the address on the shared subnet, else the first', () => {
    const declared = lan(['r', 'a'])
    declared.addSwitch('wan')
    declared.addHost('c')
    declared.addHost('far')
    declared.addLink([host('r'), onSwitch('wan')])
    declared.addLink([host('c'), onSwitch('wan')])
    declared.addLink([host('c'), host('far')])
    const planned = plan(declared)
    expect(resolve(planned, 'a', 'r')).toEqual(['10.0.0.1'])
    expect(resolve(planned, 'c', 'r')).toEqual(['10.0.1.1'])
    expect(resolve(planned, 'far', 'r')).toEqual(['10.0.0.1'])
    expect(resolve(planned, 'r', 'r')).toEqual(['10.0.0.1'])
    expect(resolve(planned, 'far', 'c')).toEqual(['10.0.2.1'])
    expect(resolve(planned, 'a', 'c')).toEqual(['10.0.1.2'])
    expect(planned.views).toHaveLength(3)
  })

  test('a host without links is in no line, and has a view', () => {
    const declared = lan(['a'])
    declared.addHost('alone')
    const planned = plan(declared)
    expect(resolve(planned, 'a', 'alone')).toEqual([])
    expect(resolve(planned, 'alone', 'a')).toEqual(['10.0.0.1'])
    expect(planned.addressOf.has('alone')).toBe(false)
  })
})

describe('IPv6', () => {
  test('each interface has an address that goes with its IPv4 one, routes and names too', () => {
    const declared = new Declarations({ ipv6: true })
    declared.addSwitch('lan')
    declared.addHost('a')
    declared.addHost('r', 'router')
    declared.addLink([host('a'), onSwitch('lan')], { address: '10.0.0.17' })
    declared.addLink([host('r'), onSwitch('lan')])
    const planned = plan(declared, undefined, { ipv6: true, seed: 1 })
    const site = planned.segments[0]!.subnet6!.replace(/::\/64$/, '')
    expect(planned.interfaces.map(({ addresses }) => addresses[1])).toEqual([
      { family: 6, address: `${site}::17`, prefix: 64 },
      { family: 6, address: `${site}::1`, prefix: 64 },
    ])
    expect(planned.routes).toEqual([
      { host: 'a', via: '10.0.0.1', index: 2, family: 4 },
      { host: 'a', via: `${site}::1`, index: 2, family: 6 },
    ])
    expect(planned.views[0]?.content).toBe(
      `127.0.0.1 localhost\n::1 localhost ip6-localhost ip6-loopback\n10.0.0.17 a\n${site}::17 a\n10.0.0.1 r\n${site}::1 r\n`,
    )
    const elsewhere = plan(declared, undefined, { ipv6: true, seed: 2 })
    expect(elsewhere.segments[0]?.subnet6).not.toBe(planned.segments[0]?.subnet6)
  })
})

test('a thousand hosts are planned within 60 ms', () => {
  const declared = lan(Array.from({ length: 1000 }, (_, n) => `h${n}`))
  // The best of a few: the machine that runs this may have other things to do.
  const times = [1, 2, 3, 4, 5].map(() => {
    const begun = performance.now()
    plan(declared)
    return performance.now() - begun
  })
  expect(Math.min(...times)).toBeLessThan(60)
})
