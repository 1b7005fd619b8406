import assert from 'node:assert/strict'
import { once } from 'node:events'
import { describe, test } from 'node:test'
import { labFor } from 'netrig/node-test'

describe('at the same time', { concurrency: true }, () => {
  const ids = new Set()
  for (const run of [1, 2, 3, 4]) {
    test(`hosts talk to each other ${run}`, async (t) => {
      const lab = await labFor(t)
      assert.ok(!ids.has(lab.id))
      ids.add(lab.id)
      const [a, b] = lab.hosts('a', 'b')
      lab.link(a, b)
      await lab.start()
      const server = await b.listen({ port: 9 })
      server.on('connection', (socket) => socket.end('hello'))
      const socket = await a.connect({ host: 'b', port: 9 })
      const [bytes] = await once(socket, 'data')
      assert.equal(String(bytes), 'hello')
      const { stdout } = await a.exec('cat', ['/proc/sys/kernel/hostname'])
      assert.equal(stdout, 'a')
    })
  }
})
