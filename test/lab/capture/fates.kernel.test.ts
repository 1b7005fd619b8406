import { afterEach, beforeEach, expect, test } from 'vitest'
import { createLab, type Host, type Lab, type Link } from '../../../src/index.js'
import { captureFile, readCapture } from '../support/capture.js'

//  a (10.0.0.1) ---- link ---- b (10.0.0.2)

let lab: Lab
let [a, b] = [] as unknown as [Host, Host]
let link: Link

beforeEach(async () => {
  lab = await createLab({ seed: 7, engine: 'relay' })
  ;[a, b] = lab.hosts('a', 'b')
  link = lab.link(a, b, { delay: '5ms' })
  await lab.start()
  await a.exec('ping', ['-c', '1', 'b'])
})
afterEach(() => lab.stop())

const ping = (count: number) =>
  a.exec('ping', ['-c', String(count), '-i', '0.01', '-W', '0.2', 'b'], { reject: false })

test('what the relay did to a packet stands in its comment', async () => {
  const file = captureFile()
  const shot = await link.capture({ file, filter: 'icmp', fates: true })
  await ping(1)
  await link.update({ from: a, loss: { pattern: 'x.' } })
  await ping(2)
  await link.update({ from: a, loss: 0, corrupt: 1 })
  await ping(1)
  await link.update({ from: a, corrupt: 0 })
  const rule = await link.rule({ match: { proto: 'icmp' }, do: 'drop' })
  await ping(1)
  await rule.remove()
  await shot.stop()
  const { packets, interfaces } = readCapture(file)
  const number = interfaces.findIndex(({ name }) => name === 'a>b')
  const comments = packets.filter((one) => one.interface === number).map(({ comment }) => comment)
  const passes = /^arrives \d+\.\d{6} ms later \(0\.000000 ms until it is sent\)$/
  expect(comments).toEqual([
    expect.stringMatching(passes),
    'lost',
    expect.stringMatching(passes),
    expect.stringMatching(/, a bit turned over$/),
    'rule: drop',
  ])
  expect(packets.filter((one) => one.interface === number + 1)).toHaveLength(2)
})

test('nobody can tell of a link that the kernel joins', async () => {
  const [c, d] = lab.hosts('c', 'd')
  const plain = lab.link(c, d)
  await lab.start()
  await expect(plain.capture({ file: captureFile(), fates: true })).rejects.toMatchObject({
    code: 'UNSUPPORTED',
  })
})

test('the relay goes on when the capture has ended', async () => {
  const shot = await link.capture({ file: captureFile(), fates: true })
  await shot.stop()
  expect(String((await ping(3)).stdout)).toMatch(/3 received/)
  const again = await link.capture({ file: captureFile(), fates: true })
  await ping(2)
  expect((await again.stop()).packets).toBe(12)
})
