import { expect, test } from 'vitest'
import { aLab, answerTime, reaches, read } from './support/bench.js'

/** IFA_F_TENTATIVE of linux/if_addr.h: duplicate detection has not ended. */
const TENTATIVE = 0x40

//   a ---- [lan] ---- b,  a ---- c
test('unique local addresses work at once, by name and without duplicate detection', async () => {
  const lab = await aLab({ ipv6: true })
  const [a, b, c] = lab.hosts('a', 'b', 'c')
  const lan = lab.switch('lan')
  lab.link(a, lan)
  lab.link(b, lan, { delay: 1 })
  lab.link(a, c)
  await lab.start()
  for (const host of [a, b, c]) {
    for (const { addresses } of host.interfaces) {
      expect(addresses[0]).toMatch(/^10\.0\./)
      expect(addresses[1]).toMatch(/^fd[0-9a-f]{2}:.*\/64$/)
    }
    // proc(5), if_inet6: address, index, prefix, scope, flags, name
    const rows = (await read(host, '/proc/net/if_inet6')).split('\n').map((row) => row.split(/\s+/))
    expect(rows.filter((row) => row[5] !== 'lo')).toHaveLength(2 * host.interfaces.length)
    for (const row of rows) expect(Number.parseInt(row[4]!, 16) & TENTATIVE).toBe(0)
  }
  const six = (host: typeof b, at = 0) => host.interfaces[at]!.addresses[1]!.split('/')[0]!
  const time = await answerTime(a, six(b))
  expect(time).toBeLessThan(900)
  expect(await reaches(c, six(a, 1))).toBe(true)
  expect(await read(a, '/etc/hosts')).toContain(`${six(b)} b`)
  const code = `require('node:dns').lookup('b', { family: 6 }, (e, address) => console.log(e ? e.code : address))`
  expect((await a.exec('node', ['-e', code])).stdout).toBe(six(b))
})

//   a ---- r ---- b
test('a router forwards IPv6, too, and a restarted host has its addresses at once', async () => {
  const lab = await aLab({ ipv6: true })
  const [a, b] = lab.hosts('a', 'b')
  const r = lab.router('r')
  lab.link(a, r)
  lab.link(r, b)
  await lab.start()
  const address = b.interfaces[0]!.addresses[1]!.split('/')[0]!
  expect(await reaches(a, address)).toBe(true)
  await b.restart()
  expect(b.interfaces[0]!.addresses[1]).toContain(address)
  expect(await reaches(a, address)).toBe(true)
})

//   a ---- b
test('without being asked for there is no IPv6 on a wire', async () => {
  const lab = await aLab()
  const [a, b] = lab.hosts('a', 'b')
  lab.link(a, b)
  await lab.start()
  for (const row of (await read(a, '/proc/net/if_inet6')).split('\n')) {
    expect(row).toMatch(/^$|\blo$/)
  }
})

test('the same seed gives the same prefixes', async () => {
  const addresses: string[] = []
  for (const seed of [3, 3, 4]) {
    const lab = await aLab({ ipv6: true, seed })
    const [a, b] = lab.hosts('a', 'b')
    lab.link(a, b)
    await lab.start()
    addresses.push(a.interfaces[0]!.addresses[1]!)
  }
  expect(addresses[0]).toBe(addresses[1])
  expect(addresses[0]).not.toBe(addresses[2])
})
