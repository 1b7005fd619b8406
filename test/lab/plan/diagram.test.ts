import { expect, test } from 'vitest'
import { Declarations } from '../../../src/lab/plan/declarations.js'
import { diagram } from '../../../src/lab/plan/diagram.js'
import { plan } from '../../../src/lab/plan/plan.js'
import { host, lan, onSwitch } from './topology.js'

function campus(): Declarations {
  const declared = lan(['a', 'node-2'])
  declared.addHost('r', 'router')
  declared.addSwitch('lab')
  declared.addSwitch('attic')
  declared.addHost('b')
  declared.addHost('c')
  declared.addHost('alone')
  declared.addLink([onSwitch('lan'), onSwitch('lab')])
  declared.addLink([host('b'), onSwitch('lab')])
  declared.addLink([onSwitch('attic'), onSwitch('lab')])
  declared.addLink([host('c'), onSwitch('attic')])
  declared.addLink([host('r'), onSwitch('lan')], { name: 'inside' })
  declared.addLink([host('r'), host('c')], { mtu: 9000 })
  declared.addLink([host('a'), host('node-2')])
  return declared
}

test('a tree for each segment, then direct links, then hosts without', () => {
  expect(`\n${diagram(plan(campus()))}\n`).toMatchInlineSnapshot(`
    "
    switch lan  10.0.0.0/24
    ├─ a                eth0    10.0.0.1
    ├─ node-2           eth0    10.0.0.2
    ├─ switch lab
    │  ├─ b             eth0    10.0.0.3
    │  └─ switch attic
    │     └─ c          eth0    10.0.0.4
    └─ r (router)       inside  10.0.0.5

    direct links
       r (router)  eth0  10.0.1.1  ──  10.0.1.2  eth1  c       mtu 9000
       a           eth1  10.0.2.1  ──  10.0.2.2  eth1  node-2

    without links
       alone
    "
  `)
})

test('notes stand beside what they are about', () => {
  const text = diagram(plan(campus()), {
    links: new Map([
      [2, 'delay 20ms'],
      [4, 'down'],
      [8, 'loss 30%'],
    ]),
    hosts: new Map([
      ['a', 'crashed'],
      ['alone', 'frozen'],
    ]),
  })
  expect(`\n${text}\n`).toMatchInlineSnapshot(`
    "
    switch lan  10.0.0.0/24
    ├─ a                eth0    10.0.0.1  crashed
    ├─ node-2           eth0    10.0.0.2
    ├─ switch lab                         delay 20ms
    │  ├─ b             eth0    10.0.0.3
    │  └─ switch attic                    down
    │     └─ c          eth0    10.0.0.4
    └─ r (router)       inside  10.0.0.5

    direct links
       r (router)  eth0  10.0.1.1  ──  10.0.1.2  eth1  c       mtu 9000
       a           eth1  10.0.2.1  ──  10.0.2.2  eth1  node-2  a crashed, loss 30%

    without links
       alone frozen
    "
  `)
})

test('a large lab is drawn in part, but never without what has a note', () => {
  const declared = lan(Array.from({ length: 500 }, (_, n) => `h${n}`))
  for (let n = 0; n < 4; n++) declared.addLink([host('h0'), host('h1')])
  const notes = { most: 2, hosts: new Map([['h400', 'crashed']]), links: new Map([[77, 'down']]) }
  expect(`\n${diagram(plan(declared), notes)}\n`).toMatchInlineSnapshot(`
    "
    switch lan  10.0.0.0/23
    ├─ h0    eth0  10.0.0.1
    ├─ h1    eth0  10.0.0.2
    ├─ h77   eth0  10.0.0.78   down
    ├─ h400  eth0  10.0.1.145  crashed
    └─ ... and 496 more

    direct links
       h0  eth1  10.0.2.1  ──  10.0.2.2  eth1  h1
       h0  eth2  10.0.3.1  ──  10.0.3.2  eth2  h1
       ... and 2 more
    "
  `)
})

test('IPv6 addresses follow the IPv4 ones', () => {
  const declared = new Declarations({ ipv6: true })
  declared.addHost('a')
  declared.addHost('b')
  declared.addSwitch('lan')
  declared.addLink([host('a'), onSwitch('lan')])
  declared.addLink([host('a'), host('b')])
  expect(
    `\n${diagram(plan(declared, undefined, { ipv6: true, seed: 1 }))}\n`,
  ).toMatchInlineSnapshot(`
    "
    switch lan  10.0.0.0/24  fd8f:73fe:25a8::/64
    └─ a  eth0  10.0.0.1 fd8f:73fe:25a8::1

    direct links
       a  eth1  10.0.1.1 fd8f:73fe:25a8:1::1  ──  10.0.1.2 fd8f:73fe:25a8:1::2  eth0  b
    "
  `)
})

test('an empty lab is an empty drawing', () => {
  expect(diagram(plan(new Declarations()))).toBe('')
})
