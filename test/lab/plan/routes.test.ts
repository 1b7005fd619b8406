import { describe, expect, test } from 'vitest'
import { Declarations } from '../../../src/lab/plan/declarations.js'
import { plan } from '../../../src/lab/plan/plan.js'
import { host, lan, onSwitch } from './topology.js'

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
