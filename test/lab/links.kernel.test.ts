import { expect, test } from 'vitest'
import {
  aLab,
  answerTime,
  interfaceNames,
  ofInterface,
  reaches,
  read,
  silent,
} from './support/bench.js'

//   a ---- b
test('two hosts on a cable', async () => {
  const lab = await aLab()
  const [a, b] = lab.hosts('a', 'b')
  lab.link(a, b)
  await lab.start()
  expect([a.address, b.address]).toEqual(['10.0.0.1', '10.0.0.2'])
  expect(await reaches(a, b)).toBe(true)
  expect(await reaches(b, a)).toBe(true)
})

//   a ---- [lan] ---- b
//             \------ c
test('hosts on a switch; its ends in either order', async () => {
  const lab = await aLab()
  const [a, b, c] = lab.hosts('a', 'b', 'c')
  const lan = lab.switch('lan', { subnet: '10.7.0.0/24' })
  lab.link(a, lan)
  lab.link(lan, b)
  lab.link(c, lan)
  await lab.start()
  expect(lan.subnet).toBe('10.7.0.0/24')
  expect([a, b, c].map(({ address }) => address)).toEqual(['10.7.0.1', '10.7.0.2', '10.7.0.3'])
  for (const from of [a, b, c]) {
    for (const to of [a, b, c]) expect(await reaches(from, to), `${from} to ${to}`).toBe(true)
  }
})

//   a -- [s1] ---- [s2] ---- [s3] -- c
//                   |
//                   b
test('three switches in a row are one subnet', async () => {
  const lab = await aLab()
  const [a, b, c] = lab.hosts('a', 'b', 'c')
  const [s1, s2, s3] = [lab.switch('s1'), lab.switch('s2'), lab.switch('s3')]
  lab.link(a, s1)
  lab.link(s1, s2)
  lab.link(s3, s2)
  lab.link(b, s2)
  lab.link(c, s3)
  await lab.start()
  expect(new Set([s1.subnet, s2.subnet, s3.subnet])).toEqual(new Set(['10.0.0.0/24']))
  for (const from of [a, b, c]) {
    for (const to of [a, b, c]) expect(await reaches(from, to), `${from} to ${to}`).toBe(true)
  }
})

//   a ---- r ---- [lan] ---- b
test('a router forwards between a cable and a switch, and hosts go out by it', async () => {
  const lab = await aLab()
  const [a, b] = lab.hosts('a', 'b')
  const r = lab.router('r')
  const lan = lab.switch('lan')
  lab.link(a, r)
  lab.link(r, lan)
  lab.link(b, lan)
  await lab.start()
  expect(await read(r, '/proc/sys/net/ipv4/ip_forward')).toBe('1')
  expect(await read(a, '/proc/sys/net/ipv4/ip_forward')).toBe('0')
  expect(await reaches(a, b)).toBe(true)
  expect(await reaches(b, a)).toBe(true)
})

//   a ---- [lan] ---- b      r1 and r2 are on [lan], too, and r1 is on the way to c:  r1 ---- c
test('with two routers on a subnet neither is the default route', async () => {
  const lab = await aLab()
  const [a, b, c] = lab.hosts('a', 'b', 'c')
  const [r1, r2] = [lab.router('r1'), lab.router('r2')]
  const lan = lab.switch('lan')
  for (const one of [a, b, r1, r2]) lab.link(one, lan)
  lab.link(r1, c)
  await lab.start()
  // /proc/net/route, net/ipv4/fib_trie.c: a default route is a line with destination 00000000.
  expect(await read(a, '/proc/net/route')).not.toMatch(/\t00000000\t[0-9A-F]{8}\t/)
  expect(await read(c, '/proc/net/route')).toMatch(/\t00000000\t[0-9A-F]{8}\t/)
  expect(await reaches(a, b)).toBe(true)
  expect(await silent(a, c)).toBe(true)
})

//   a ==== b      twice, and both on [lan]
test('several interfaces on a host, in the order of their links', async () => {
  const lab = await aLab()
  const [a, b] = lab.hosts('a', 'b')
  const lan = lab.switch('lan')
  lab.link(a, b)
  lab.link(b, lan)
  lab.link(a, b)
  lab.link(lan, a)
  await lab.start()
  expect(a.interfaces.map(({ name, addresses }) => [name, ...addresses])).toEqual([
    ['eth0', '10.0.1.1/24'],
    ['eth1', '10.0.2.1/24'],
    ['eth2', '10.0.0.2/24'],
  ])
  expect(await interfaceNames(a)).toEqual(['eth0', 'eth1', 'eth2', 'lo'])
  for (const { addresses } of b.interfaces) {
    const [address = ''] = addresses[0]!.split('/')
    expect(await reaches(a, address), address).toBe(true)
  }
})

//   a ---- b      everything about it is given
test('what is given about a link is what the host has', async () => {
  const lab = await aLab()
  const [a, b] = lab.hosts('a', 'b')
  lab.link(a, b, {
    subnet: '192.168.5.0/28',
    address: ['192.168.5.9', '192.168.5.3/28'],
    mac: ['02:00:00:00:be:ef', undefined],
    name: ['wan0', undefined],
    mtu: 1400,
  })
  await lab.start()
  expect(a.interfaces).toEqual([
    { name: 'wan0', mac: '02:00:00:00:be:ef', mtu: 1400, addresses: ['192.168.5.9/28'] },
  ])
  expect(await ofInterface(a, 'wan0', 'address')).toBe('02:00:00:00:be:ef')
  expect(await ofInterface(a, 'wan0', 'mtu')).toBe('1400')
  // The kernel's link watch looks once a second, should it have looked just before.
  await expect.poll(() => ofInterface(a, 'wan0', 'operstate'), { timeout: 5000 }).toBe('up')
  expect(await ofInterface(b, 'eth0', 'address')).toBe(b.interfaces[0]!.mac)
  expect(await ofInterface(b, 'eth0', 'mtu')).toBe('1400')
  // fib_trie lists the local addresses and the networks with their prefixes.
  expect(await read(a, '/proc/net/fib_trie')).toMatch(
    /192\.168\.5\.0\/28.*192\.168\.5\.9\n\s+\/32 host LOCAL/s,
  )
  expect(await reaches(a, '192.168.5.3')).toBe(true)
  expect(await reaches(b, a)).toBe(true)
})

//   a ---- [lan] ---- b ... h
test('the first packet of a lab that has just started arrives', async () => {
  // A port that has no carrier yet drops in silence, and a lost first ARP request costs a second.
  const slow: string[] = []
  for (let round = 0; round < 10; round += 1) {
    const lab = await aLab()
    const hosts = lab.hosts('a', 'b', 'c', 'd', 'e', 'f', 'g', 'h')
    const lan = lab.switch('lan')
    for (const host of hosts) lab.link(host, lan)
    lab.link(hosts[0], hosts[7])
    await lab.start()
    const times = await Promise.all(hosts.slice(1).map((host) => answerTime(host, hosts[0])))
    times.forEach((time, at) => {
      if (time === undefined || time > 900) slow.push(`round ${round}: host ${at + 1}: ${time} ms`)
    })
    await lab.stop()
  }
  expect(slow).toEqual([])
})
