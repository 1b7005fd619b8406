import { afterAll, beforeAll, expect, test } from 'vitest'
import { exec } from '../../src/process/exec.js'
import { spawn } from '../../src/process/program.js'
import { log, tcp } from '../../src/process/ready/index.js'
import { startLab, type TestHost, type TestLab } from './helper.js'

let lab: TestLab
let a: TestHost
beforeAll(async () => {
  lab = await startLab()
  a = lab.hosts[0]!
})
afterAll(() => lab.stop())

const server =
  "require('http').createServer((q, s) => s.end('hi')).listen(8080, () => console.log('up'))"

test('a server is ready, answers and stops', async () => {
  await using program = spawn(a, process.execPath, ['-e', server], { ready: tcp(8080) })
  await program.ready
  expect(program.pid).toBeGreaterThan(1)
  expect(program.exitText).toBe('running')
  const socket = await a.lent.connect({ host: 'a', port: 8080 })
  socket.destroy()
  await program.stop()
  expect(program.signal).toBe('SIGTERM')
  expect((await exec(a, 'ps', ['ax', '-o', 'args='])).stdout).not.toContain('createServer')
})

test('log', async () => {
  await using program = spawn(a, process.execPath, ['-e', server], { ready: log(/^up$/) })
  await program.ready
  expect(program.lastLines).toEqual(['up'])
})

test('fails', async () => {
  const program = spawn(a, 'sh', ['-c', 'echo one; echo two >&2; exit 3'], { ready: tcp(8080) })
  await expect(program.ready).rejects.toThrow(/exit code 3/)
  console.log(await program.ready.catch((e) => e))
  const other = spawn(a, 'nonono', [], { ready: tcp(8080) })
  console.log(await other.ready.catch((e) => e))
  const late = spawn(a, 'sh', ['-c', 'echo hello; exec sleep 100'], {
    ready: tcp(8080, { timeout: 300 }),
  })
  console.log(await late.ready.catch((e) => e.message), late.exitText)
})
