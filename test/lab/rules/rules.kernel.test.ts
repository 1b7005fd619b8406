import { once } from 'node:events'
import type { Server, Socket } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { createLab, type Host, type Lab, type Link } from '../../../src/index.js'

//  a (10.0.0.1) ---- link ---- b (10.0.0.2)

let lab: Lab
let [a, b] = [] as unknown as [Host, Host]
let link: Link

beforeEach(async () => {
  lab = await createLab({ seed: 7 })
  ;[a, b] = lab.hosts('a', 'b')
  link = lab.link(a, b)
  await lab.start()
})
afterEach(() => lab.stop())

const ping = (count: number, ...more: string[]) =>
  a.exec('ping', ['-c', String(count), '-i', '0.002', '-W', '1', ...more, 'b'], { reject: false })
const received = async (count: number) =>
  Number(/(\d+) received/.exec(String((await ping(count)).stdout))?.[1])

async function echo(port: number): Promise<{ server: Server; sockets: Socket[] }> {
  const sockets: Socket[] = []
  const server = await b.listen({ port })
  server.on('connection', (socket: Socket) => {
    sockets.push(socket)
    socket.on('error', () => undefined)
    socket.pipe(socket)
  })
  return { server, sockets }
}

/** How a socket ended: `close`, or the code of its error. */
const ending = (socket: Socket) =>
  new Promise<string>((resolve) => {
    let code = 'close'
    // A write that meets the reset first leaves an end of file for the read.
    socket.on('error', (error: NodeJS.ErrnoException) => {
      code = error.code === 'EPIPE' ? 'ECONNRESET' : (error.code ?? error.message)
    })
    socket.once('close', () => resolve(code))
    socket.resume()
  })

test('a packet that is meant is dropped, and counted; a removed rule does nothing', async () => {
  expect(await received(3)).toBe(3)
  const rule = await link.rule({ match: { proto: 'icmp', from: a, nth: [2, 3] }, do: 'drop' })
  expect(await received(5)).toBe(3)
  expect(rule.stats()).toMatchObject({ seen: 5, met: 2 })
  expect(rule.effect()).toEqual({ packets: 2, bytes: 2 * 98 })
  expect(link.stats()?.a).toMatchObject({ byRule: 2 })
  await rule.remove()
  expect(await received(4)).toBe(4)
  expect(rule.stats()).toMatchObject({ seen: 5, met: 2 })
  expect(rule.active).toBe(false)
})

test('the first that means a packet decides', async () => {
  const pass = await link.rule({ match: { proto: 'icmp', first: 2 }, do: 'pass' })
  const drop = await link.rule({ match: { proto: 'icmp' }, do: 'drop' })
  // Request and reply.
  expect(await received(3)).toBe(1)
  expect([pass.effect().packets, drop.effect().packets]).toEqual([2, 2])
})

test('delay, duplicate and corrupt', async () => {
  const slow = await link.rule({ match: { proto: 'icmp', nth: 1 }, do: { delay: '80ms' } })
  const { stdout } = await ping(1)
  expect(Number(/time=([\d.]+)/.exec(String(stdout))?.[1])).toBeGreaterThan(79)
  await slow.remove()
  const twice = await link.rule({ match: { proto: 'icmp', from: 'a' }, do: { duplicate: 2 } })
  expect(String((await ping(2)).stdout)).toMatch(/\+\d duplicates/)
  expect(link.stats()?.a.duplicated).toBeGreaterThan(0)
  await twice.remove()
  await link.rule({ match: { proto: 'icmp', from: 'a' }, do: 'corrupt' })
  expect(await received(3)).toBe(0)
})

test('what is rejected is refused by its receiver, as far as its sender can tell', async () => {
  await echo(80)
  await link.rule({ match: { proto: 'tcp', toPort: 80 }, do: 'reject' })
  await expect(a.connect({ host: 'b', port: 80 })).rejects.toMatchObject({
    code: 'CONNECT_FAILED',
    errno: 'ECONNREFUSED',
  })
  await link.rule({ match: { proto: 'icmp', to: b }, do: 'reject' })
  expect(String((await ping(1)).stdout)).toMatch(/Unreachable/)
})

test('an established connection is reset on both sides', async () => {
  const { sockets } = await echo(80)
  const socket = await a.connect({ host: 'b', port: 80 })
  socket.write('hello')
  expect(String((await once(socket, 'data'))[0])).toBe('hello')
  await link.rule({ match: { proto: 'tcp', payload: 'poison' }, do: 'reset' })
  const ends = [ending(socket), ending(sockets[0]!)]
  socket.write('poison')
  expect(await Promise.all(ends)).toEqual(['ECONNRESET', 'ECONNRESET'])
  // The next connection is another one.
  const next = await a.connect({ host: 'b', port: 80 })
  next.write('fine')
  expect(String((await once(next, 'data'))[0])).toBe('fine')
  next.destroy()
})

test('a reset under load meets both ends, whatever is on its way', async () => {
  await link.update({ delay: '20ms' })
  const { sockets } = await echo(80)
  const socket = await a.connect({ host: 'b', port: 80 })
  const stream = setInterval(() => socket.writable && socket.write(Buffer.alloc(20_000)), 2)
  await once(socket, 'data')
  await sleep(100)
  const ends = [ending(socket), ending(sockets[0]!)]
  await link.rule({ match: { proto: 'tcp', port: 80 }, do: 'reset' })
  expect(await Promise.all(ends)).toEqual(['ECONNRESET', 'ECONNRESET'])
  clearInterval(stream)
})

test('half-open: one end is gone, and the other learns of it when it sends', async () => {
  const { sockets } = await echo(80)
  const socket = await a.connect({ host: 'b', port: 80 })
  socket.write('hello')
  await once(socket, 'data')
  const rule = await link.rule({
    match: { proto: 'tcp', toPort: 80, payload: 'COMMIT' },
    do: { reset: 'receiver' },
  })
  const [mine, its] = [ending(socket), ending(sockets[0]!)]
  socket.write('COMMIT')
  expect(await its).toBe('ECONNRESET')
  expect(rule.effect().packets).toBe(1)
  expect(link.stats()?.a).toMatchObject({ droppedByRule: 1, made: 1 })
  // It is sent again, to where nobody knows of it.
  expect(await mine).toBe('ECONNRESET')
})

test('half-open from the begin: one end is connected, the other is not', async () => {
  const { sockets } = await echo(80)
  const match = { toPort: 80, flags: 'ACK,!SYN' }
  const rule = await link.rule({ match, do: 'drop' })
  const socket = await a.connect({ host: 'b', port: 80 })
  socket.write('hello')
  await sleep(300)
  expect(sockets).toHaveLength(0)
  await rule.remove()
  expect(String((await once(socket, 'data'))[0])).toBe('hello')
  socket.destroy()
})

test('a connection is cut after so many bytes, each by itself', async () => {
  await echo(80)
  const rule = await link.rule({ match: { proto: 'tcp', port: 80, after: '10KiB' }, do: 'reset' })
  for (let round = 0; round < 2; round += 1) {
    const socket = await a.connect({ host: 'b', port: 80 })
    socket.write(Buffer.alloc(4000))
    // All of it: to Node a reset that comes while there is something to read is an end like any other.
    for (let got = 0; got < 4000; ) got += ((await once(socket, 'data')) as [Buffer])[0].length
    const end = ending(socket)
    socket.write(Buffer.alloc(4000))
    expect(await end).toBe('ECONNRESET')
  }
  expect(rule.effect().packets).toBeGreaterThanOrEqual(2)
})

test('the first two connections, and then none', async () => {
  await echo(80)
  await link.rule({
    match: { proto: 'tcp', toPort: 80, connections: { after: 2 } },
    do: 'reject',
  })
  const open = []
  for (let i = 0; i < 2; i += 1) open.push(await a.connect({ host: 'b', port: 80 }))
  await expect(a.connect({ host: 'b', port: 80 })).rejects.toMatchObject({ errno: 'ECONNREFUSED' })
  open[0]!.write('still here')
  expect(String((await once(open[0]!, 'data'))[0])).toBe('still here')
  for (const socket of open) socket.destroy()
})

test('a function is asked, and may change what it sees', async () => {
  const server = await b.listen({ port: 80 })
  const got = new Promise<string>((resolve) =>
    server.on('connection', (socket: Socket) => socket.on('data', (data) => resolve(String(data)))),
  )
  const seen: string[] = []
  await link.rule({
    match: { proto: 'tcp', toPort: 80 },
    do: async function spy(packet) {
      seen.push(`${packet.from}>${packet.to} ${packet.tcp?.flags.join('+')} ${packet.text()}`)
      return packet.payload.length > 0 ? { delay: '1ms' } : undefined
    },
  })
  const socket = await a.connect({ host: 'b', port: 80 })
  socket.write('question')
  expect(await got).toBe('question')
  expect(seen[0]).toBe('10.0.0.1>10.0.0.2 SYN ')
  expect(seen.some((line) => line.endsWith('PSH+ACK question'))).toBe(true)
  socket.destroy()
})

test('a function that thinks too long, or throws, is told of', async () => {
  const late = await link.rule({
    match: { proto: 'icmp', from: a },
    do: () => new Promise(() => undefined),
    timeout: '20ms',
    otherwise: 'drop',
  })
  expect(await received(3)).toBe(0)
  expect(late.stats()).toMatchObject({ met: 3, late: 3 })
  await late.remove()
  await link.rule({
    match: { proto: 'icmp', from: a },
    do: () => {
      throw new Error('oops')
    },
  })
  expect(await received(2)).toBe(2)
  expect(lab.failure).toMatchObject({ code: 'RULE_FAILED', message: expect.stringMatching(/oops/) })
})
