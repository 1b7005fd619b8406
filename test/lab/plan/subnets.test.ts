import { describe, expect, test } from 'vitest'
import { Declarations } from '../../../src/lab/plan/declarations.js'
import { plan } from '../../../src/lab/plan/plan.js'
import { addressesOf, failure, host, lan, onSwitch } from './topology.js'

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
