import { expect, test } from 'vitest'
import { aLab, reaches, read } from './support/bench.js'

async function lookUp(host: Parameters<typeof read>[0], name: string): Promise<string> {
  const code = `require('node:dns').lookup('${name}', (e, address) => console.log(e ? e.code : address))`
  return (await host.exec('node', ['-e', code])).stdout
}

//   a ---- [left] ---- m ---- [right] ---- z      m is on both
test('a name leads to the address on a subnet that both are on', async () => {
  const lab = await aLab()
  const [a, m, z] = lab.hosts('a', 'm', 'z')
  const left = lab.switch('left', { subnet: '10.1.0.0/24' })
  const right = lab.switch('right', { subnet: '10.2.0.0/24' })
  lab.link(a, left)
  lab.link(m, left)
  lab.link(m, right)
  lab.link(z, right)
  await lab.start()
  expect(await lookUp(a, 'm')).toBe('10.1.0.2')
  expect(await lookUp(z, 'm')).toBe('10.2.0.1')
  expect(await lookUp(m, 'm')).toBe('10.1.0.2')
  expect(await lookUp(m, 'localhost')).toBe('127.0.0.1')
  expect(await reaches(z, 'm')).toBe(true)
  expect(await reaches(m, 'z')).toBe(true)
  expect(await read(z, '/proc/sys/kernel/hostname')).toBe('z')
})

//   a ---- b
test('an unknown name fails at once, and nobody outside is asked', async () => {
  const lab = await aLab()
  const [a, b] = lab.hosts('a', 'b')
  lab.link(a, b)
  await lab.start()
  expect(await lookUp(a, 'no-such-host')).toMatch(/^E(NOTFOUND|AI_AGAIN)$/)
  await expect(a.connect({ host: 'no-such-host', port: 1 })).rejects.toMatchObject({
    code: 'CONNECT_FAILED',
    errno: 'ENOTFOUND',
  })
  await expect(b.connect({ host: 'example.com', port: 1 })).rejects.toMatchObject({
    errno: 'ENOTFOUND',
  })
})
