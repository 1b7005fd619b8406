import { describe, expect, test } from 'vitest'
import { Declarations } from '../../../src/lab/plan/declarations.js'
import { diff } from '../../../src/lab/plan/diff.js'
import { plan } from '../../../src/lab/plan/plan.js'
import { addressesOf, failure, host, lan, onSwitch } from './topology.js'

describe('what was given out stays', () => {
  test('a given address does not push out a chosen one', () => {
    const declared = lan(['a', 'b'])
    const first = plan(declared)
    declared.addHost('c')
    declared.addLink([host('c'), onSwitch('lan')], { address: '10.0.0.2' })
    const error = failure(() => plan(declared, first))
    expect(error.code).toBe('ADDRESS_TAKEN')
    expect(error.message).toBe(
      "lab.start: address 10.0.0.2 of host c is host b's already, by the lab's choice at an earlier start: write another one.\n  hint: give addresses before the lab starts, or high ones: the lab counts up from the first",
    )
  })

  test('nor a given subnet, name or MAC address', () => {
    const started = () => {
      const declared = lan(['a'])
      declared.addHost('b')
      return { declared, first: plan(declared) }
    }
    const subnet = started()
    subnet.declared.addSwitch('wan', { subnet: '10.0.0.0/16' })
    expect(failure(() => plan(subnet.declared, subnet.first)).message).toMatch(
      /^lab.start: subnet 10.0.0.0\/16 of switch wan overlaps 10.0.0.0\/24 of switch lan, which runs already: write/,
    )
    const name = started()
    name.declared.addLink([host('a'), onSwitch('lan')], { name: 'eth0' })
    expect(failure(() => plan(name.declared, name.first)).message).toBe(
      "lab.start: host a has an interface 'eth0' already, by the lab's choice at an earlier start: write another name.",
    )
    const mac = started()
    mac.declared.addLink([host('b'), onSwitch('lan')], { mac: '02:00:00:00:00:01' })
    expect(failure(() => plan(mac.declared, mac.first)).code).toBe('ADDRESS_TAKEN')
  })

  test('two segments that run cannot become one', () => {
    const declared = lan(['a'])
    declared.addSwitch('wan')
    declared.addHost('b')
    declared.addLink([host('b'), onSwitch('wan')])
    const first = plan(declared)
    declared.addLink([onSwitch('lan'), onSwitch('wan')])
    const error = failure(() => plan(declared, first))
    expect(error.code).toBe('SUBNET_CONFLICT')
    expect(error.message).toBe(
      'lab.start: switches lan and wan make one segment, which has one subnet, but switch lan runs with 10.0.0.0/24 and switch wan runs with 10.0.1.0/24.\n  hint: declare the link between them before the lab starts, or put a router between them',
    )
  })

  test('a switch with nobody on it may join another', () => {
    const declared = lan(['a'])
    declared.addSwitch('wan')
    const first = plan(declared)
    declared.addLink([onSwitch('wan'), onSwitch('lan')])
    const second = plan(declared, first)
    expect(second.segments).toEqual([
      { id: 0, subnet: '10.0.0.0/24', switches: ['lan', 'wan'], links: [0, 1] },
    ])
    expect(second.interfaces).toEqual(first.interfaces)
  })

  test('a subnet in use does not grow', () => {
    const declared = lan(Array.from({ length: 254 }, (_, n) => `h${n}`))
    const first = plan(declared)
    declared.addHost('late')
    declared.addLink([host('late'), onSwitch('lan')])
    const error = failure(() => plan(declared, first))
    expect(error.code).toBe('SUBNET_FULL')
    expect(error.hint).toBe(
      "addresses in use do not change: give a wider subnet before the first start, e.g. { subnet: '10.0.0.0/23' }",
    )
  })

  test('an empty switch that was shown a /24 may still get a wider one', () => {
    const declared = lan([])
    const first = plan(declared)
    for (let n = 0; n < 300; n++) {
      declared.addHost(`h${n}`)
      declared.addLink([host(`h${n}`), onSwitch('lan')])
    }
    expect(plan(declared, first).segments[0]?.subnet).toBe('10.0.0.0/23')
  })
})

describe('diff', () => {
  test('of nothing is everything', () => {
    const planned = plan(lan(['a', 'b']))
    const all = diff(undefined, planned)
    expect(all).toMatchObject({
      hosts: planned.hosts,
      switches: planned.switches,
      links: planned.links,
      interfaces: planned.interfaces,
      segments: planned.segments,
      routes: planned.routes,
      views: planned.views,
      moved: [],
    })
  })

  test('of the same plan is nothing', () => {
    const declared = lan(['a', 'b'])
    const first = plan(declared)
    for (const list of Object.values(diff(first, plan(declared, first)))) expect(list).toEqual([])
  })

  test('a router that comes later brings a default route to hosts that run', () => {
    const declared = lan(['a'])
    const first = plan(declared)
    declared.addHost('r', 'router')
    declared.addLink([host('r'), onSwitch('lan')])
    const second = plan(declared, first)
    const changes = diff(first, second)
    expect(changes.hosts).toEqual([{ name: 'r', kind: 'router' }])
    expect(changes.interfaces.map(({ host }) => host)).toEqual(['r'])
    expect(changes.segments.map(({ id }) => id)).toEqual([0])
    expect(changes.routes).toEqual([{ host: 'a', via: '10.0.0.2', index: 2, family: 4 }])
    expect(changes.views).toEqual([
      { id: 0, content: '127.0.0.1 localhost\n10.0.0.1 a\n10.0.0.2 r\n' },
    ])

    declared.addHost('r2', 'router')
    declared.addLink([host('r2'), onSwitch('lan')])
    const third = plan(declared, second)
    expect(diff(second, third).routes).toEqual([])
    expect(third.routes).toEqual(second.routes)
  })

  test('a host that gets a second interface leaves the view of the others', () => {
    const declared = new Declarations()
    for (const name of ['hub', 'a', 'b', 'c']) declared.addHost(name)
    declared.addSwitch('lan')
    for (const name of ['hub', 'a', 'b']) declared.addLink([host(name), onSwitch('lan')])
    const first = plan(declared)
    expect(first.views).toHaveLength(1)
    declared.addLink([host('hub'), host('c')])
    const second = plan(declared, first)
    const changes = diff(first, second)
    // c sees the hub by the link between them; all others see what they saw, and c besides.
    expect(changes.views.map(({ id }) => id)).toEqual([0, 1])
    expect(changes.moved).toEqual([{ host: 'c', view: 1 }])
    expect(addressesOf(second, 'hub')).toEqual(['10.0.0.1/24', '10.0.1.1/24'])
  })

  test('when a view splits, the larger part keeps it, wherever it stands', () => {
    const declared = new Declarations()
    for (const name of ['c', 'a', 'b', 'hub']) declared.addHost(name)
    declared.addSwitch('lan')
    declared.addLink([host('hub'), onSwitch('lan')])
    for (const name of ['a', 'b']) declared.addLink([host(name), onSwitch('lan')])
    const first = plan(declared)
    declared.addLink([host('c'), host('hub')])
    const changes = diff(first, plan(declared, first))
    expect(changes.moved).toEqual([{ host: 'c', view: 1 }])
  })
})
