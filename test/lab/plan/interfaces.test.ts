import { describe, expect, test } from 'vitest'
import { plan } from '../../../src/lab/plan/plan.js'
import { addressesOf, failure, host, lan, onSwitch } from './topology.js'

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
