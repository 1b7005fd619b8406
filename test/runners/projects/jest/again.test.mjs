import { once } from 'node:events'
import { setupLab } from 'netrig/jest'

const lab = setupLab()
const ids = new Set()

for (const run of [1, 2, 3]) {
  test(`hosts talk to each other ${run}`, async () => {
    ids.add(lab.id)
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

test('each had its own lab', () => {
  expect(ids.size).toBe(3)
})
