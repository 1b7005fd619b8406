import { describe, expect, test } from 'vitest'
import { createLab } from '../../src/index.js'
import { aLab } from './support/bench.js'
import { any, type Case, refusal, refuses } from './support/refusal.js'

const names: readonly Case[] = [
  ['a name twice', (lab) => lab.host('a'), 'DUPLICATE_NAME', ['lab.host', "'a'", 'another']],
  ['a switch like a host', (lab) => lab.switch('b'), 'DUPLICATE_NAME', ['lab.switch', "host 'b'"]],
  ['a router like a host', (lab) => lab.router('b'), 'DUPLICATE_NAME', ['lab.router', "'b'"]],
  ['an empty name', (lab) => lab.host(''), 'INVALID_NAME', ['lab.host', 'empty', '1 to 63']],
  ['300 characters', (lab) => lab.host('x'.repeat(300)), 'INVALID_NAME', ['300', '1 to 63']],
  ['a name with a space', (lab) => lab.host('my host'), 'INVALID_NAME', ["'my host'", "'my-host'"]],
  ['no name', (lab) => lab.host(any(undefined)), 'INVALID_NAME', ['lab.host', 'text']],
  ['a list of names', (lab) => lab.hosts(any(['x', 'y'])), 'INVALID_NAME', ['lab.host', 'text']],
  [
    'an empty lab name',
    () => createLab({ name: '' }),
    'INVALID_OPTION',
    ['createLab', 'name', '200'],
  ],
]

const links: readonly Case[] = [
  ['a link to itself', (lab, a) => lab.link(a, a), 'SELF_LINK', ["host 'a'", 'two different']],
  [
    'no second end',
    (lab, a) => lab.link(a, any(undefined)),
    'FOREIGN_HOST',
    ['lab.link', 'lab.host()'],
  ],
  [
    'a name as an end',
    (lab, a) => lab.link(a, any('b')),
    'FOREIGN_HOST',
    ['lab.link', 'lab.host()'],
  ],
  [
    'a loop of switches',
    (lab) => {
      const [s, t, u] = [lab.switch('s'), lab.switch('t'), lab.switch('u')]
      lab.link(s, t)
      lab.link(t, u)
      lab.link(u, s)
    },
    'SWITCH_LOOP',
    ['switches u and s', 'router'],
  ],
  [
    'more ports than a bridge holds',
    (lab, a) => {
      const lan = lab.switch('lan', { subnet: '10.0.0.0/16' })
      for (let at = 0; at < 1024; at += 1) lab.link(a, lan)
    },
    'TOO_MANY_PORTS',
    ['switch lan', '1023', 'second switch'],
  ],
]

const addresses: readonly Case[] = [
  [
    'an address outside its subnet',
    (lab, a) => lab.link(a, lab.switch('lan', { subnet: '10.1.0.0/24' }), { address: '10.2.0.1' }),
    'INVALID_ADDRESS',
    ['10.2.0.1', 'host a', '10.1.0.0/24', 'switch lan'],
  ],
  [
    'an address twice',
    (lab, a, b) => {
      const lan = lab.switch('lan')
      lab.link(a, lan, { address: '10.0.0.7' })
      lab.link(b, lan, { address: '10.0.0.7' })
    },
    'ADDRESS_TAKEN',
    ['10.0.0.7', 'host b', "host a's"],
  ],
  [
    'no address',
    (lab, a) => lab.link(a, lab.switch('lan'), { address: 'ten' }),
    'INVALID_ADDRESS',
    ["'ten'", 'host a', '10.0.0.7'],
  ],
  [
    'overlapping subnets',
    (lab, a, b) => {
      lab.switch('lan', { subnet: '10.1.0.0/16' })
      lab.link(a, b, { subnet: '10.1.2.0/24' })
    },
    'SUBNET_OVERLAP',
    ['10.1.2.0/24', 'link a-b', '10.1.0.0/16', 'switch lan'],
  ],
  [
    'an address for a subnet',
    (lab) => lab.switch('lan', { subnet: '10.1.0.7/24' }),
    'INVALID_ADDRESS',
    ['10.1.0.7/24', 'switch lan', "'10.1.0.0/24'"],
  ],
  [
    'a subnet without prefix',
    (lab) => lab.switch('lan', { subnet: '10.1.0.0' }),
    'INVALID_ADDRESS',
    ['switch lan', "'10.1.0.0/24'"],
  ],
  [
    'a mac that is none',
    (lab, a, b) => lab.link(a, b, { mac: ['02:00', undefined] }),
    'INVALID_ADDRESS',
    ['02:00', 'host a'],
  ],
  [
    'an mtu of 10',
    (lab, a, b) => lab.link(a, b, { mtu: 10 }),
    'INVALID_OPTION',
    ['10', '68', '65535'],
  ],
  [
    'an interface twice',
    (lab, a, b) => {
      lab.link(a, b, { name: ['wan', undefined] })
      lab.link(a, b, { name: ['wan', undefined] })
    },
    'DUPLICATE_NAME',
    ['host a', "'wan'"],
  ],
]

describe('names', () => refuses(names))
describe('links', () => refuses(links))
describe('addresses', () => refuses(addresses))

//   a, b, c ---- [lan], which has room for two
test('a full /30 is refused when the lab starts, before anything is built', async () => {
  const lab = await aLab()
  const lan = lab.switch('lan', { subnet: '10.0.0.0/30' })
  for (const host of lab.hosts('a', 'b', 'c')) lab.link(host, lan)
  const error = await refusal(() => lab.start())
  expect(error.code).toBe('SUBNET_FULL')
  expect(error.message).toMatch(/switch lan.*10\.0\.0\.0\/30|10\.0\.0\.0\/30.*switch lan/)
  expect(error.message).toMatch(/\/29/)
})

test('what belongs to another lab', async () => {
  const [one, other] = [await aLab({ name: 'one' }), await aLab({ name: 'other' })]
  const [a, b] = [one.host('a'), one.host('b')]
  const [mine, twin] = [other.host('mine'), other.host('a')]
  const lan = other.switch('lan')
  one.link(a, b)
  for (const end of [mine, twin, lan]) {
    const error = await refusal(() => one.link(a, end))
    expect(error.code).toBe('FOREIGN_HOST')
    expect(error.message).toContain(`'${end.name}' belongs to another lab`)
  }
  await one.start()
  const error = await refusal(() => one.partition([a], [twin]))
  expect(error).toMatchObject({ code: 'FOREIGN_HOST' })
  expect(error.message).toContain('lab.partition')
})
