import { fileURLToPath } from 'node:url'
import { log } from 'netrig'
import { test } from 'netrig/vitest'
import { expect } from 'vitest'

const cwd = fileURLToPath(new URL('.', import.meta.url))
const ORDERS = 10

//   a ~~~┐
//   b ~~[lan]      ~~~ delay, jitter and loss; on each host a shop, and a customer of the two others
//   c ~~~┘
test('six programs race each other over lossy links', async ({ lab }) => {
  const hosts = lab.hosts('a', 'b', 'c')
  const lan = lab.switch('lan')
  for (const host of hosts) {
    lab.link(host, lan, { delay: '10ms', jitter: '3ms', loss: '3%', rate: '20mbit' })
  }
  await lab.start()
  const shops = hosts.map((host) => host.spawn('node', ['shop.mjs'], { cwd, ready: log(/open/) }))
  await Promise.all(shops.map(({ ready }) => ready))
  const lines = []
  const customers = hosts.map((host) => {
    const others = hosts.filter((other) => other !== host).map(({ name }) => name)
    const customer = host.spawn('node', ['customer.mjs', host.name, `${ORDERS}`, ...others], {
      cwd,
    })
    customer.stdout.on('data', (text) => lines.push(`${process.hrtime.bigint()} ${text}`))
    return customer.exited
  })
  expect((await Promise.all(customers)).map(({ exitCode }) => exitCode)).toEqual([0, 0, 0])
  console.log(lines.join(''))
  for (const { time, type, subject } of lab.events) console.log(time, type, subject)
  expect(lines.join('').split('\n').length - 1).toBe(hosts.length * ORDERS)
})
