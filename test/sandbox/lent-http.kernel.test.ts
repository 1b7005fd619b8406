import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { lentFetch } from '../../src/sandbox/lent-http.js'
import { eventually, startLab, type TestHost, type TestLab } from '../process/helper.js'

let lab: TestLab
let a: TestHost
const fetch = (...args: [string | URL | Request, RequestInit?]) => lentFetch(a.lent, ...args)

async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk)
  const body = Buffer.concat(chunks).toString()
  const { method, url = '', headers } = request
  const status = /^\/(\d{3})(?:-(.*))?$/.exec(url)
  if (status) {
    response.writeHead(Number(status[1]), status[2] ? { location: status[2] } : {})
    response.end(/204|304/.test(status[1]!) ? undefined : 'redirecting')
  } else if (url === '/loop') response.writeHead(302, { location: '/loop' }).end()
  else if (url === '/slow') response.write('begin')
  else {
    response.setHeader('set-cookie', ['a=1', 'b=2'])
    response.setHeader('content-type', 'application/json')
    response.end(JSON.stringify({ method, url, body, headers }))
  }
}

beforeAll(async () => {
  lab = await startLab()
  a = lab.hosts[0]!
  const server = createServer((request, response) => void answer(request, response))
  const lent = await a.lent.listen({ port: 80 })
  lent.on('connection', (socket) => server.emit('connection', socket))
})
afterAll(() => lab.stop())

test('a GET, as fetch gives it', async () => {
  const response = await fetch('http://a/path?x=1#part')
  expect(response).toMatchObject({ status: 200, ok: true, statusText: 'OK', redirected: false })
  expect(response.url).toBe('http://a/path?x=1')
  expect(response.headers.getSetCookie()).toEqual(['a=1', 'b=2'])
  expect(await response.json()).toMatchObject({
    method: 'GET',
    url: '/path?x=1',
    body: '',
    headers: { host: 'a', accept: '*/*' },
  })
})

test('bodies of all kinds', async () => {
  for (const [body, sent, type] of [
    ['text ü', 'text ü', 'text/plain;charset=UTF-8'],
    [new URLSearchParams({ a: '1 2' }), 'a=1+2', 'application/x-www-form-urlencoded;charset=UTF-8'],
    [Uint8Array.of(104, 105), 'hi', undefined],
    [new Blob(['blob'], { type: 'x/y' }), 'blob', 'x/y'],
  ] as const) {
    const response = await fetch('http://10.9.0.1/', {
      method: 'PUT',
      body,
      headers: { 'X-One': '1' },
    })
    const { headers, ...rest } = (await response.json()) as { headers: Record<string, string> }
    expect(rest).toMatchObject({ method: 'PUT', body: sent })
    expect([headers['content-type'], headers['x-one']]).toEqual([type, '1'])
  }
  const request = new Request('http://a/x', { method: 'DELETE' })
  expect(await (await fetch(request)).json()).toMatchObject({ method: 'DELETE' })
})

test('statuses and redirects', async () => {
  expect(await fetch('http://a/404')).toMatchObject({ status: 404, ok: false })
  const empty = await fetch('http://a/204')
  expect([empty.status, empty.body]).toEqual([204, null])
  const post = { method: 'POST', body: 'x' }
  const moved = await fetch('http://a/302-/after', post)
  expect(moved).toMatchObject({ redirected: true, url: 'http://a/after' })
  expect(await moved.json()).toMatchObject({ method: 'GET', body: '' })
  const kept = await fetch('http://a/307-/after', post)
  expect(await kept.json()).toMatchObject({ method: 'POST', body: 'x' })
  expect((await fetch('http://a/301-/x', { redirect: 'manual' })).status).toBe(301)
  await expect(fetch('http://a/301-/x', { redirect: 'error' })).rejects.toThrow(/redirects/)
  await expect(fetch('http://a/loop')).rejects.toThrow(/redirects/)
})

test('failures', async () => {
  await expect(fetch('http://a:1/')).rejects.toMatchObject({
    code: 'CONNECT_FAILED',
    errno: 'ECONNREFUSED',
  })
  await expect(fetch('http://nobody/')).rejects.toMatchObject({
    code: 'CONNECT_FAILED',
    errno: 'ENOTFOUND',
  })
  await expect(fetch('/path')).rejects.toMatchObject({ code: 'INVALID_OPTION' })
  await expect(fetch('ftp://a/')).rejects.toMatchObject({ code: 'INVALID_OPTION' })
  const slow = await fetch('http://a/slow', { signal: AbortSignal.timeout(150) })
  await expect(slow.text()).rejects.toMatchObject({ name: /Timeout|Abort/ })
})

test('connections are closed after their answers', async () => {
  const fds = async () => (await import('node:fs')).readdirSync('/proc/self/fd').length
  await (await fetch('http://a/')).text()
  const before = await fds()
  for (let n = 0; n < 20; n += 1) await (await fetch('http://a/')).text()
  await eventually(async () => (await fds()) <= before, 'as many descriptors as before')
})
