import { afterAll, beforeAll, expect, test } from 'vitest'
import { spawn } from '../../../src/process/program.js'
import {
  command,
  file,
  http,
  log,
  type ReadyStrategy,
  tcp,
} from '../../../src/process/ready/index.js'
import { processes, startLab, type TestHost, type TestLab } from '../helper.js'

let lab: TestLab
let a: TestHost
beforeAll(async () => {
  lab = await startLab()
  a = lab.hosts[0]!
})
afterAll(() => lab.stop())

/** A server that begins to listen after a while, and says so after another. */
const server = (port: number, host = '0.0.0.0') => [
  '-e',
  `let n = 0
   const server = require('http').createServer((request, response) => {
     response.statusCode = request.url === '/health' && n++ < 3 ? 503 : 200
     response.end('hi')
   })
   setTimeout(() => server.listen(${port}, '${host}', () => {
     require('fs').writeFileSync('/tmp/ready-${port}', '')
     setTimeout(() => console.error('listening on', ${port}), 100)
   }), 100)`,
]

async function seconds(ready: ReadyStrategy, args: string[]): Promise<number> {
  await using program = spawn(a, process.execPath, args, { ready })
  const before = performance.now()
  await program.ready
  return (performance.now() - before) / 1000
}

test.each([
  ['tcp', server(1), () => tcp(1)],
  ['tcp on another address', server(2, '10.9.0.1'), () => tcp(2)],
  ['tcp of a name', server(3), () => tcp(3, { host: 'a' })],
  ['http', server(4), () => http('http://localhost:4/')],
  ['http with a status', server(5), () => http(new URL('http://a:5/health'), { status: 200 })],
  [
    'http with one of several',
    server(6),
    () => http('http://10.9.0.1:6/health', { status: [418, 503] }),
  ],
  ['log', server(7), () => log(/^listening on \d/g)],
  ['log of one stream', server(8), () => log(/listening/, { stream: 'stderr' })],
  ['file', server(9), () => file('/tmp/ready-9')],
  ['command', server(10), () => command(['test', '-e', '/tmp/ready-10'])],
])('%s', async (_, args, strategy) => {
  const ready = strategy()
  expect(await seconds(ready, args)).toBeGreaterThan(0.1)
  expect(ready.describe()).not.toBe('')
  expect(await processes(a)).toEqual([])
})

test('a function: called until it is content', async () => {
  const seen: unknown[] = []
  await using program = spawn(a, 'sh', ['-c', 'echo hi; exec sleep 82'], {
    ready: ({ pid, lastLines }) => {
      seen.push([pid, lastLines])
      if (seen.length === 1) throw new TypeError('not yet')
      if (seen.length === 2) return false
      return lastLines.length > 0
    },
  })
  await program.ready
  expect(seen.length).toBeGreaterThanOrEqual(3)
  expect(seen.at(-1)).toEqual([program.pid, ['hi']])
})

test('a line that comes in pieces, without an end, in more than one byte a character', async () => {
  const code = `const bytes = Buffer.from('ready ✓ now')
    let n = 0; const next = () => { if (n < bytes.length) { process.stdout.write(bytes.subarray(n, ++n)); setTimeout(next, 2) } }
    next(); setInterval(() => {}, 1000)`
  await using program = spawn(a, process.execPath, ['-e', code], { ready: log(/ready ✓ now$/) })
  await program.ready
  expect(program.lastLines).toEqual(['ready ✓ now'])
})

test('without a strategy a program is ready when it runs', async () => {
  await using program = spawn(a, 'sleep', ['83'])
  await program.ready
  expect(program.pid).toBeGreaterThan(1)
})

test.each([
  ['tcp', () => tcp(9, { timeout: '200ms' }), 'tcp port 9', /ECONNREFUSED/],
  [
    'http',
    () => http('http://nobody:9', { timeout: 200 }),
    'http://nobody:9/',
    /knows no name 'nobody'/,
  ],
  ['log', () => log(/never/, { timeout: 200 }), 'a line that matches /never/', /waited for/],
  ['file', () => file('/tmp/no', { timeout: '1s' }), 'the file /tmp/no', /does not exist/],
  [
    'command',
    () => command(['false'], { timeout: '1s' }),
    "the command 'false'",
    /exit code 1: false/,
  ],
  [
    'a command that hangs',
    () => command(['sleep', '84'], { timeout: 300 }),
    "the command 'sleep 84'",
    /NetrigError|waited for/,
  ],
])('%s that never comes: what was waited for, and why it is not', async (_, ready, what, why) => {
  const program = spawn(a, 'sh', ['-c', 'echo one; echo two >&2; exec sleep 85'], {
    ready: ready(),
  })
  const error = await program.ready.catch((reason) => reason)
  expect(error).toMatchObject({ name: 'NetrigError', code: 'NOT_READY' })
  expect(error.message).toContain(`waited for ${what}`)
  expect(error.message).toMatch(why)
  expect(error.message).toMatch(/\n {2}\| one\n {2}\| two|\n {2}\| two\n {2}\| one/)
  expect(error.stack).toContain('ready.kernel.test.ts')
  expect(program.ended).toBe(true)
  expect(await processes(a)).toEqual([])
})

test('a program that dies before: its exit code and last lines, at once', async () => {
  const script = 'for i in $(seq 60); do echo line $i; done; exit 9'
  const program = spawn(a, 'sh', ['-c', script], { ready: tcp(9) })
  const error = await program.ready.catch((reason) => reason)
  expect(error).toMatchObject({ code: 'PROGRAM_FAILED' })
  expect(error.message).toContain(
    'ended with exit code 9 before it was ready; waited for tcp port 9',
  )
  expect(error.message).toContain('| line 60')
  expect(error.message).not.toContain('| line 10\n')
  expect(program.lastLines).toHaveLength(50)
  const killed = spawn(a, 'sh', ['-c', 'kill -9 $$'], { ready: tcp(9) })
  await expect(killed.ready).rejects.toThrow(/was ended by SIGKILL/)
})

test('a program that does not exist is no question of time', async () => {
  const program = spawn(a, 'no-such-program', [], { ready: tcp(9) })
  await expect(program.ready).rejects.toMatchObject({ code: 'PROGRAM_NOT_FOUND' })
  await expect(program.started).rejects.toMatchObject({ code: 'PROGRAM_NOT_FOUND' })
  expect(await program.exited).toEqual({ exitCode: undefined, signal: undefined })
  expect(program).toMatchObject({ ended: true, exitText: 'did not start' })
  await program.stop()
})

test('nobody who waits is no unhandled rejection', async () => {
  const program = spawn(a, 'no-such-program', [], { ready: tcp(9) })
  await program.exited
  await new Promise((resolve) => setTimeout(resolve, 20))
})

test('bad strategies are refused before anything runs', () => {
  const bad = { code: 'INVALID_OPTION' }
  for (const wrong of [
    () => tcp(0),
    () => tcp(70_000),
    () => tcp(1.5),
    () => tcp(80, { tiemout: 3 } as object),
    () => http('localhost:80'),
    () => http('ftp://a/'),
    () => log('text' as unknown as RegExp),
    () => command([]),
    () => spawn(a, 'true', [], { ready: 80 as unknown as ReadyStrategy }),
    () => spawn(a, 'true', [], { buffer: true } as object),
  ]) {
    expect(wrong).toThrow(expect.objectContaining(bad))
  }
  expect(() => tcp(80, { timeout: '3 parsecs' as '3s' })).toThrow(/INVALID_UNIT|not a/)
})
