import { spawnSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:https'
import { connect } from 'node:tls'
import { expect, test } from 'vitest'
import { type Host, log } from '../../../src/index.js'
import { aPair } from '../support/bench.js'
import { captureFile, readCapture } from '../support/capture.js'

function has(program: string, word = '--version'): boolean {
  return spawnSync(program, [word]).status === 0
}

/** A certificate of nobody, made by openssl(1). */
function certificate(): { key: string; cert: string } {
  const [key, cert] = [captureFile('key.pem'), captureFile('cert.pem')]
  const words = ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '2', '-subj', '/CN=b']
  const done = spawnSync('openssl', [...words, '-keyout', key, '-out', cert])
  expect(done.status).toBe(0)
  return { key: readFileSync(key, 'utf8'), cert: readFileSync(cert, 'utf8') }
}

const SERVER = `
  const { key, cert } = process.env
  require('node:https')
    .createServer({ key, cert }, (asked, answer) => answer.end('the secret of ' + asked.url))
    .listen(8443, () => console.log('listening'))`

const CLIENT = `
  require('node:https').get('https://b:8443' + process.argv[1], { rejectUnauthorized: false },
    (answer) => answer.pipe(process.stdout))`

async function serve(host: Host): Promise<void> {
  const env = certificate()
  await host.spawn('node', ['-e', SERVER], { env, ready: log(/listening/) }).ready
}

/** What tshark sees of HTTP in a file, by nothing but the file. */
function plainText(file: string): string {
  const fields = ['-T', 'fields', '-e', 'http.request.uri', '-e', 'http.file_data']
  return spawnSync('tshark', ['-n', '-r', file, '-Y', 'http', ...fields], { encoding: 'utf8' })
    .stdout
}

const openssl = has('openssl', 'version')

//   a ---- b      https from a to b
test.skipIf(!openssl)('TLS keys of programs stand before the packets that they open', async () => {
  const { a, b } = await aPair()
  await serve(b)
  const without = await a.exec('node', ['-e', 'console.log(Object.keys(process.env).join())'])
  expect(without.stdout).not.toMatch(/SSLKEYLOGFILE/)

  const file = captureFile()
  const shot = await a.capture({ file, keys: true, filter: 'tcp port 8443' })
  const { stdout } = await a.exec('node', ['-e', CLIENT, '/node'])
  expect(stdout).toBe('the secret of /node')
  if (has('curl')) await a.exec('curl', ['-sk', 'https://b:8443/curl'])
  await shot.stop()
  const { secrets, blocks } = readCapture(file)
  expect(secrets).toHaveLength(1)
  // TLS 1.3, in which a client logs five secrets (RFC 9850).
  expect(secrets[0]).toMatch(/^CLIENT_HANDSHAKE_TRAFFIC_SECRET [0-9a-f]{64} [0-9a-f]{64,96}$/m)
  expect(secrets[0]).toMatch(/^SERVER_TRAFFIC_SECRET_0 /m)
  expect(blocks.indexOf(10)).toBeLessThan(blocks.indexOf(6))
  if (has('tshark')) {
    expect(plainText(file)).toMatch(/\/node/)
    if (has('curl')) expect(plainText(file)).toMatch(/\/curl/)
  }

  const none = captureFile()
  const plain = await a.capture({ file: none })
  await a.exec('node', ['-e', CLIENT, '/again'])
  await plain.stop()
  expect(readCapture(none).secrets).toEqual([])
})

//   a ---- b      https from this process by a lent socket, and from a after it has come back
test.skipIf(!openssl)('keys of this process, and of a host that comes back', async () => {
  const { lab, a, b } = await aPair()
  await serve(b)
  const file = captureFile()
  const shot = await lab.capture({ file, keys: true })
  // Its certificate is refused, but then the keys are known already.
  await expect(a.fetch('https://b:8443/')).rejects.toThrow()
  const own = createServer(certificate())
  own.listen(0, '127.0.0.1')
  await new Promise((resolve) => own.once('listening', resolve))
  const { port } = own.address() as { port: number }
  const line = await new Promise<string>((resolve) => {
    const socket = connect({ port, host: '127.0.0.1', rejectUnauthorized: false })
    socket.once('keylog', (bytes) => resolve(bytes.toString()))
    socket.once('secureConnect', () => socket.destroy())
    socket.on('error', () => undefined)
  })
  own.close()
  await shot.addKeys(line)
  await shot.stats()
  const before = readCapture(file).secrets[0]!.split('\n').filter(Boolean)
  expect(before).toContain(line.trim())
  expect(before.length).toBeGreaterThan(4)
  await a.restart()
  await a.exec('node', ['-e', CLIENT, '/later'])
  await shot.stop()
  const after = readCapture(file).secrets[0]!.split('\n').filter(Boolean)
  expect(after.slice(0, before.length)).toEqual(before)
  expect(after.length).toBe(before.length + 5)
})

//   a ---- b      a writes what it likes into the file of keys
test('what is no key is left out, and more keys than there is room for stand later', async () => {
  const { a } = await aPair()
  const file = captureFile()
  const shot = await a.capture({ file, keys: true })
  const script = captureFile('write.cjs')
  writeFileSync(
    script,
    `const { appendFileSync } = require('node:fs')
     const log = process.env.SSLKEYLOGFILE
     appendFileSync(log, 'nonsense\\n# a comment\\n' + 'x'.repeat(3000) + '\\nA B\\u0000 C\\n')
     for (let i = 0; i < 800; i += 1)
       appendFileSync(log, 'CLIENT_RANDOM ' + String(i).padStart(64, '0') + ' ' + 'ab'.repeat(48) + '\\n')
     appendFileSync(log, 'CLIENT_RANDOM half')`,
  )
  await a.exec('node', [script])
  await shot.stop()
  const { secrets } = readCapture(file)
  expect(secrets.length).toBeGreaterThan(1)
  const lines = secrets.flatMap((text) => text.split('\n')).filter(Boolean)
  expect(lines).toHaveLength(800)
  expect(lines.every((line) => /^CLIENT_RANDOM [0-9]{64} (ab){48}$/.test(line))).toBe(true)
})
