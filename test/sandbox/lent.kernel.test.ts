import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { readdirSync } from 'node:fs'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { bindInet } from '../../src/ffi/bind.js'
import { closeFd } from '../../src/ffi/fd.js'
import { exec } from '../../src/process/exec.js'
import { spawn } from '../../src/process/program.js'
import { log, tcp } from '../../src/process/ready/index.js'
import { portOf } from '../../src/sandbox/lent.js'
import { eventually, startLab, type TestHost, type TestLab } from '../process/helper.js'

let lab: TestLab
let a: TestHost
let b: TestHost
beforeAll(async () => {
  lab = await startLab(2)
  a = lab.hosts[0]!
  b = lab.hosts[1]!
})
afterAll(() => lab.stop())

const echo = (port: number) => [
  '-e',
  `require('net').createServer((s) => s.pipe(s)).listen(${port}, () => console.log('up'))`,
]

test('connects from inside the host, by name, address and localhost', async () => {
  await using program = spawn(a, process.execPath, echo(7), { ready: log(/up/) })
  await program.ready
  for (const host of ['a', '10.9.0.1', 'localhost', '127.0.0.1']) {
    const socket = await a.lent.connect({ host, port: 7 })
    expect(socket.remotePort).toBe(7)
    socket.end('hello')
    const [chunk] = await once(socket, 'data')
    expect(String(chunk)).toBe('hello')
    await once(socket, 'close')
  }
  // The machine and the other host have nothing there.
  await expect(b.lent.connect({ host: '127.0.0.1', port: 7 })).rejects.toMatchObject({
    errno: 'ECONNREFUSED',
  })
  expect(a.lent.inUse).toBe(false)
})

test('listens inside the host, where its programs connect', async () => {
  const server = await a.lent.listen({ port: 80 })
  server.on('connection', (socket) => socket.end('from the test'))
  expect(portOf(server)).toBe(80)
  const code = "require('net').connect(80, '10.9.0.1').pipe(process.stdout)"
  expect((await exec(a, process.execPath, ['-e', code])).stdout).toBe('from the test')
  expect(a.lent.inUse).toBe(true)
  await expect(a.lent.listen({ port: 80 })).rejects.toMatchObject({
    code: 'LISTEN_FAILED',
    errno: 'EADDRINUSE',
    message: expect.stringContaining('Host a cannot listen on 0.0.0.0:80'),
  })
  await expect(a.lent.listen({ port: 1, host: '10.9.1.1' })).rejects.toMatchObject({
    errno: 'EADDRNOTAVAIL',
  })
  const same = await b.lent.listen({ port: 80 })
  const any = await a.lent.listen({ port: 0, host: 'localhost' })
  expect(any.address()).toMatchObject({ address: '127.0.0.1', port: expect.any(Number) })
  for (const one of [server, same, any]) {
    one.close()
    await once(one, 'close')
  }
  await eventually(() => !a.lent.inUse && !b.lent.inUse, 'nothing lent')
})

test('both ends in the test process', async () => {
  const server = await a.lent.listen({ port: 99 })
  const accepted = once(server, 'connection')
  const client = await a.lent.connect({ host: 'a', port: 99 })
  const [near] = await accepted
  near.write('one')
  expect(String((await once(client, 'data'))[0])).toBe('one')
  client.destroy()
  await once(near, 'close')
  server.close()
})

test('names that the lab does not know are not asked of anybody', async () => {
  for (const host of ['example.com', 'b', 'ip6-localhost']) {
    await expect(a.lent.connect({ host, port: 1 })).rejects.toMatchObject({
      code: 'CONNECT_FAILED',
      errno: 'ENOTFOUND',
    })
  }
})

test('a refused connection, one that takes too long, one that is given up', async () => {
  await expect(a.lent.connect({ host: 'a', port: 1 })).rejects.toMatchObject({
    code: 'CONNECT_FAILED',
    errno: 'ECONNREFUSED',
    message: expect.stringContaining('Host a cannot connect to a:1'),
  })
  // Nobody answers to this neighbour's address.
  const nowhere = { host: '10.9.0.77', port: 1 }
  const before = performance.now()
  await expect(a.lent.connect({ ...nowhere, timeout: 100 })).rejects.toMatchObject({
    errno: 'ETIMEDOUT',
  })
  expect(performance.now() - before).toBeLessThan(1000)
  await expect(a.lent.connect({ host: '192.0.2.1', port: 1 })).rejects.toMatchObject({
    errno: 'ENETUNREACH',
  })
  const controller = new AbortController()
  const given = a.lent.connect({ ...nowhere, signal: controller.signal })
  setTimeout(() => controller.abort(), 50)
  await expect(given).rejects.toMatchObject({ name: 'AbortError' })
  await expect(a.lent.connect({ ...nowhere, signal: AbortSignal.abort() })).rejects.toMatchObject({
    name: 'AbortError',
  })
})

test('a bare socket, here for datagrams', async () => {
  const fd = await a.lent.socket(2, 2, 0)
  expect(a.lent.inUse).toBe(true)
  bindInet(fd, Uint8Array.of(10, 9, 0, 1), 53)
  const socket = createSocket('udp4')
  const listening = once(socket, 'listening')
  socket.bind({ fd } as object)
  await listening
  const code =
    "const s = require('dgram').createSocket('udp4'); s.send('hi', 53, '10.9.0.1', () => s.close())"
  const [[message]] = await Promise.all([
    once(socket, 'message'),
    exec(a, process.execPath, ['-e', code]),
  ])
  expect(String(message)).toBe('hi')
  socket.close()
  await expect(a.lent.socket(9999, 1)).rejects.toMatchObject({
    code: 'KERNEL',
    errno: 'EAFNOSUPPORT',
  })
})

test('IPv6', async () => {
  const server = await a.lent.listen({ port: 66, host: '::1' })
  const socket = await a.lent.connect({ host: '[::1]', port: 66 })
  expect(socket.remoteFamily).toBe('IPv6')
  socket.destroy()
  server.close()
})

test('a host that goes takes its sockets along, and lends no more', async () => {
  const { lent } = b
  const server = await lent.listen({ port: 5 })
  const accepted = once(server, 'connection')
  const client = await lent.connect({ host: 'b', port: 5 })
  const [near] = await accepted
  const closed = Promise.all([client, near, server].map((one) => once(one, 'close')))
  for (const one of [client, near]) one.on('error', () => undefined)
  const late = lent.connect({ host: '10.9.1.77', port: 1 })
  const refused = expect(late).rejects.toMatchObject({ name: 'NetrigError' })
  await b.crash()
  await closed
  await refused
  expect(lent.inUse).toBe(false)
  await expect(lent.connect({ host: 'b', port: 5 })).rejects.toMatchObject({ code: 'HOST_DOWN' })
  await b.restart()
  await expect(b.lent.connect({ host: 'b', port: 5 })).rejects.toMatchObject({
    errno: 'ECONNREFUSED',
  })
})

test('waiting for a port leaves no descriptor', async () => {
  const count = () => readdirSync('/proc/self/fd').length
  closeFd(await a.lent.socket(2, 1))
  const before = count()
  const program = spawn(a, 'sleep', ['86'], { ready: tcp(4, { timeout: 500, interval: 1 }) })
  await expect(program.ready).rejects.toMatchObject({ code: 'NOT_READY' })
  await eventually(() => count() <= before, 'as many descriptors as before')
})
