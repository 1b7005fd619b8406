import { describe, expect, test } from 'vitest'
import { Declarations, MAX_PORTS } from '../../../src/lab/plan/declarations.js'
import { failure, host, lan, onSwitch } from './topology.js'

function two(): Declarations {
  const declared = new Declarations()
  declared.addHost('a')
  declared.addHost('b')
  declared.addSwitch('lan')
  declared.addSwitch('wan')
  return declared
}

describe('names', () => {
  test.each([
    ['host', (d: Declarations) => d.addHost('a'), 'lab.host'],
    ['router', (d: Declarations) => d.addHost('a', 'router'), 'lab.router'],
    ['switch', (d: Declarations) => d.addSwitch('a'), 'lab.switch'],
  ])('a %s cannot have a name that is taken', (_, again, operation) => {
    const error = failure(() => again(two()))
    expect(error.code).toBe('DUPLICATE_NAME')
    expect(error.message).toBe(
      `${operation}: there is a host 'a' already.\n  hint: hosts, routers and switches of a lab share their names: write another one`,
    )
  })

  test('an invalid name is refused with the operation', () => {
    expect(failure(() => new Declarations().addSwitch('')).message).toMatch(/^lab.switch: the name/)
    expect(failure(() => new Declarations().addHost('a b', 'router')).message).toMatch(
      /^lab.router: 'a b' is not a name: .*did you mean 'a-b'\?/s,
    )
  })

  test('what is not in the lab cannot be linked', () => {
    const error = failure(() => two().addLink([host('a'), onSwitch('lam')]))
    expect(error.code).toBe('FOREIGN_HOST')
    expect(error.message).toBe(
      "lab.link: there is no switch 'lam' in this lab.\n  hint: did you mean 'lan'?",
    )
    expect(failure(() => two().addLink([host('a'), host('lan')])).code).toBe('FOREIGN_HOST')
  })
})

describe('options', () => {
  test('an unknown one is named, with the nearest', () => {
    const declared = two()
    const misspelt = { delai: '20ms' } as object
    const error = failure(() => declared.addLink([host('a'), host('b')], misspelt, ['delay']))
    expect(error.code).toBe('INVALID_OPTION')
    expect(error.message).toBe(
      "lab.link: there is no option 'delai'.\n  hint: did you mean 'delay'? known options: subnet, address, mac, name, mtu, delay",
    )
    expect(failure(() => declared.addSwitch('s', { subnets: '10.0.0.0/24' } as object)).hint).toBe(
      "did you mean 'subnet'? known options: subnet",
    )
  })

  test('options of others pass', () => {
    expect(() =>
      two().addLink([host('a'), host('b')], { delay: '20ms' } as object, ['delay']),
    ).not.toThrow()
  })

  test('one value for two hosts is open to doubt', () => {
    const error = failure(() => two().addLink([host('a'), host('b')], { address: '10.0.0.1' }))
    expect(error.code).toBe('INVALID_OPTION')
    expect(error.message).toBe(
      "lab.link: address '10.0.0.1' could be for either end of link a-b.\n  hint: write a list in the order of the ends: { address: ['10.0.0.1', undefined] } gives it to a",
    )
  })

  test('switches have no interface of their own', () => {
    expect(
      failure(() => two().addLink([onSwitch('lan'), onSwitch('wan')], { mac: '02:00:00:00:00:01' }))
        .message,
    ).toBe('lab.link: link lan-wan joins switches, which have no mac of their own.')
    expect(
      failure(() => two().addLink([host('a'), onSwitch('wan')], { name: ['x', 'y'] })).message,
    ).toBe('lab.link: name is given for switch wan, which has none of its own.')
  })

  test('values go to their ends', () => {
    const link = two().addLink([host('a'), host('b')], {
      address: ['10.0.0.1/30', '10.0.0.2'],
      mac: [undefined, '0A-00-00-00-00-01'],
      name: ['wan0', undefined],
      mtu: 9000,
    })
    expect(link.interfaces).toEqual([
      { address: '10.0.0.1', prefix: 30, name: 'wan0' },
      { address: '10.0.0.2', mac: '0a:00:00:00:00:01' },
    ])
    expect(link.mtu).toBe(9000)
    const swapped = two().addLink([onSwitch('lan'), host('b')], { address: '10.0.0.9' })
    expect(swapped.interfaces).toEqual([undefined, { address: '10.0.0.9' }])
  })
})

describe('links', () => {
  test('a link to itself is refused', () => {
    const error = failure(() => two().addLink([host('a'), host('a')]))
    expect(error.code).toBe('SELF_LINK')
    expect(error.message).toBe(
      "lab.link: both ends of the link are host 'a': a link joins two different hosts, routers or switches.\n  hint: a host reaches itself by its loopback device",
    )
    expect(failure(() => two().addLink([onSwitch('lan'), onSwitch('lan')])).code).toBe('SELF_LINK')
  })

  test('several links between the same two are fine', () => {
    const declared = two()
    for (const end of [host('b'), host('b'), onSwitch('lan'), onSwitch('lan')]) {
      declared.addLink([host('a'), end])
    }
    expect(declared.links.map(({ id }) => id)).toEqual([0, 1, 2, 3])
  })

  test('switches in a circle are refused, for nothing would stop a broadcast', () => {
    const declared = two()
    declared.addSwitch('dmz')
    declared.addLink([onSwitch('lan'), onSwitch('wan')])
    declared.addLink([onSwitch('wan'), onSwitch('dmz')])
    const error = failure(() => declared.addLink([onSwitch('dmz'), onSwitch('lan')]))
    expect(error.code).toBe('SWITCH_LOOP')
    expect(error.message).toContain(
      "switches dmz and lan are joined already, and a second way between them is a loop: netrig's switches do not run the spanning tree protocol",
    )
    expect(declared.links).toHaveLength(2)
    expect(failure(() => declared.addLink([onSwitch('wan'), onSwitch('lan')])).code).toBe(
      'SWITCH_LOOP',
    )
  })

  test(`a switch has ${MAX_PORTS} ports`, () => {
    const declared = lan(Array.from({ length: MAX_PORTS }, (_, n) => `h${n}`))
    declared.addHost('late')
    const error = failure(() => declared.addLink([host('late'), onSwitch('lan')]))
    expect(error.code).toBe('TOO_MANY_PORTS')
    expect(error.message).toBe(
      "lab.link: switch lan has 1023 links, and the kernel's bridge has no more ports (BR_MAX_PORTS is 1024, and port 0 is not used).\n  hint: join a second switch to lan and put the other hosts there: they share its subnet",
    )
  })

  test('a second interface cannot have a name that is given', () => {
    const declared = two()
    declared.addLink([host('a'), onSwitch('lan')], { name: 'wan0' })
    const error = failure(() => declared.addLink([host('a'), onSwitch('wan')], { name: 'wan0' }))
    expect(error.code).toBe('DUPLICATE_NAME')
    expect(error.message).toBe(
      "lab.link: host a has an interface 'wan0' already: write another name.",
    )
  })
})

describe('addresses', () => {
  function given(): Declarations {
    const declared = two()
    declared.addSwitch('dmz', { subnet: '10.5.0.0/29' })
    return declared
  }

  test.each([
    ['10.6.0.1', 'is outside its subnet'],
    ['10.5.0.8', 'is outside its subnet'],
    ['10.5.0.0', 'is the network address of its subnet'],
    ['10.5.0.7', 'is the broadcast address of its subnet'],
    ['10.5.0.1/24', 'has the prefix /24, unlike its subnet'],
  ])('%s on 10.5.0.0/29 is refused', (address, problem) => {
    const error = failure(() => given().addLink([host('a'), onSwitch('dmz')], { address }))
    expect(error.code).toBe('INVALID_ADDRESS')
    expect(error.message).toBe(
      `lab.link: address ${address.split('/')[0]} of host a ${problem} 10.5.0.0/29 (switch dmz): write one from 10.5.0.1 to 10.5.0.6.`,
    )
  })

  test.each([
    ['ten', "lab.link: address 'ten' of host a is not an address: write an IPv4 address"],
    ['127.0.0.1', "lab.link: address '127.0.0.1' of host a is loopback (RFC 1122): write"],
    ['fd00::1', "lab.link: address 'fd00::1' of host a is not IPv4: write an IPv4 address"],
    ['10.0.0.1/32', "lab.link: address '10.0.0.1/32' of host a has a prefix of /32: write"],
    ['10.0.0.255/24', 'lab.link: address 10.0.0.255 of host a is the broadcast address'],
  ])('%s is refused anywhere', (address, start) => {
    const error = failure(() => given().addLink([host('a'), onSwitch('lan')], { address }))
    expect(error.code).toBe('INVALID_ADDRESS')
    expect(error.message.startsWith(start)).toBe(true)
  })

  test('one that is taken is refused, with its holder', () => {
    const declared = given()
    declared.addLink([host('a'), onSwitch('dmz')], { address: '10.5.0.2' })
    const error = failure(() =>
      declared.addLink([host('b'), onSwitch('dmz')], { address: '10.5.0.2' }),
    )
    expect(error.code).toBe('ADDRESS_TAKEN')
    expect(error.message).toBe(
      "lab.link: address 10.5.0.2 of host b is host a's already: write another one.",
    )
    expect(
      failure(() => declared.addLink([host('a'), host('b')], { address: ['10.9.0.1', '10.9.0.1'] }))
        .code,
    ).toBe('ADDRESS_TAKEN')
  })
})

describe('subnets', () => {
  test('overlapping ones are refused', () => {
    const declared = new Declarations()
    declared.addSwitch('lan', { subnet: '10.0.0.0/16' })
    const error = failure(() => declared.addSwitch('wan', { subnet: '10.0.3.0/24' }))
    expect(error.code).toBe('SUBNET_OVERLAP')
    expect(error.message).toBe(
      'lab.switch: subnet 10.0.3.0/24 of switch wan overlaps 10.0.0.0/16 of switch lan: write one apart from it.\n  hint: or leave it out, and the lab chooses a free one',
    )
  })

  test('equal ones may become one segment, unless one is a direct link', () => {
    const declared = two()
    declared.addSwitch('x', { subnet: '10.7.0.0/24' })
    expect(() => declared.addSwitch('y', { subnet: '10.7.0.0/24' })).not.toThrow()
    const error = failure(() => declared.addLink([host('a'), host('b')], { subnet: '10.7.0.0/24' }))
    expect(error.code).toBe('SUBNET_OVERLAP')
    expect(error.object).toBe('link a-b')
  })
})

test('what is refused leaves no trace', () => {
  const declared = two()
  const before = JSON.stringify(declared)
  for (const refused of [
    () => declared.addSwitch('s', { subnet: 'x' }),
    () => declared.addLink([host('a'), onSwitch('lan')], { name: 'eth0', mtu: 1 }),
    () => declared.addLink([host('a'), onSwitch('lan')], { name: 'eth0', address: 'x' }),
    () => declared.addLink([host('a'), host('b')], { subnet: '10.0.0.0/24', mac: ['x', 'y'] }),
  ]) {
    failure(refused)
  }
  expect(JSON.stringify(declared)).toBe(before)
  declared.addSwitch('s', { subnet: '10.0.0.0/24' })
  declared.addLink([host('a'), onSwitch('lan')], { name: 'eth0' })
})
