import { once } from 'node:events'
import { test } from 'netrig/vitest'
import { expect } from 'vitest'

for (const run of [1, 2, 3]) {
  test(`hosts talk to each other ${run}`, async ({ lab }) => {
    const [a, b] = lab.hosts('a', 'b')
    lab.link(a, b)
    await lab.start()
    const server = await b.listen({ port: 9 })
    server.on('connection', (socket) => socket.end('hello'))
    const socket = await a.connect({ host: 'b', port: 9 })
    const [bytes] = await once(socket, 'data')
    expect(String(bytes)).toBe('hello')
    expect((await a.exec('cat', ['/proc/sys/kernel/hostname'])).stdout).toBe('a')
  })
}

test('a test that asks for no lab gets none', ({ task }) => {
  expect(Object.keys(task.context)).not.toContain('lab')
})
