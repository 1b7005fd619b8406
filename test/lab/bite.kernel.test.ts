import { afterEach, expect, test } from 'vitest'
import { createLab, type Lab } from '../../src/index.js'

let lab: Lab | undefined
afterEach(() => lab?.stop().catch(() => undefined))

async function pair(options: Parameters<Lab['link']>[2] = {}) {
  lab = await createLab({ mustBite: true, name: 'bitten' })
  const [a, b] = lab.hosts('a', 'b')
  const link = lab.link(a, b, options)
  await lab.start()
  const ping = () => a.exec('ping', ['-c', '2', '-i', '0.01', '-W', '0.3', 'b'], { reject: false })
  return { lab, a, b, link, ping }
}

test('faults that touched packets are no news', async () => {
  const { lab, a, b, link, ping } = await pair({ delay: '1ms' })
  await ping()
  const cut = await lab.partition([a], [b])
  await ping()
  await cut.heal()
  const rule = await link.rule({ match: { proto: 'icmp' }, do: 'pass' })
  await ping()
  await rule.remove()
  await link.update({ loss: '100%' })
  await ping()
  await link.down()
  await ping()
  await lab.stop()
})

test('each fault that touched none is named', async () => {
  const { lab, a, b, link, ping } = await pair({ delay: '1ms', loss: { pattern: '.' } })
  await ping()
  await link.update({ duplicate: { rate: 1e-9 } })
  await (await lab.partition([a], [b])).heal()
  await (await link.rule({ match: { proto: 'tcp' }, do: 'drop' })).remove()
  await link.down()
  await link.up()
  const stopped = lab.stop()
  await expect(stopped).rejects.toMatchObject({ code: 'NO_EFFECT' })
  const { message } = (await stopped.catch((error: Error) => error)) as Error
  expect(message.split('\n').slice(0, -1)).toEqual([
    "Lab 'bitten' had faults that touched no packet (mustBite):",
    '  partition a | b',
    '  rule drop proto tcp on link a-b',
    '  link.down a-b',
    expect.stringMatching(/^ {2}condition duplicate of link a-b \(\d+ packets passed\)$/),
  ])
  expect(lab.running).toBe(false)
})

test('a condition that no packet met', async () => {
  const { lab } = await pair({ delay: '1ms' })
  await expect(lab.stop()).rejects.toThrow('condition delay of link a-b (0 packets passed)')
})
