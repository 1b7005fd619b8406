import { describe, expect, test } from 'vitest'
import { plan } from '../../../src/lab/plan/plan.js'
import { host, lan, onSwitch, resolve } from './topology.js'

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
