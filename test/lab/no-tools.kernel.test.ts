import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'

/**
 *     a --- lan --- b        and        a === b (relay)
 *
 * A process whose PATH holds nothing at all builds it, uses it and cuts it: no ip, tc, nft, nsenter or
 * unshare is ever called.
 */
const program = `
  import { createLab } from ${JSON.stringify(new URL('../../dist/index.js', import.meta.url).href)}
  const lab = await createLab()
  const [a, b] = lab.hosts('a', 'b')
  const lan = lab.switch('lan')
  lab.link(a, lan)
  lab.link(b, lan)
  lab.link(a, b, { delay: '1ms' })
  await lab.start()
  const server = await b.listen({ port: 7 })
  server.on('connection', (socket) => socket.end('from b'))
  const socket = await a.connect({ host: 'b', port: 7 })
  for await (const bytes of socket) console.log(String(bytes))
  const cut = await lab.partition([a], [b])
  const error = await a.connect({ host: 'b', port: 7, timeout: 300 }).catch((error) => error)
  console.log(error.code, cut.effect().packets > 0)
  console.log((await a.exec(process.execPath, ['-p', 'process.pid > 0'])).stdout)
  await lab.stop()
`

test('a lab needs no other program of the machine', async () => {
  const { stdout } = await promisify(execFile)(
    process.execPath,
    ['--input-type=module', '-e', program],
    { env: { PATH: '/nonexistent' }, timeout: 60_000 },
  )
  expect(stdout.trim().split('\n')).toEqual(['from b', 'CONNECT_FAILED true', 'true'])
})
