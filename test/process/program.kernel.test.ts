import { afterAll, beforeAll, expect, test } from 'vitest'
import { exec } from '../../src/process/exec.js'
import { spawn } from '../../src/process/program.js'
import { log, tcp } from '../../src/process/ready/index.js'
import { processes, startLab, type TestHost, type TestLab } from './helper.js'

let lab: TestLab
let a: TestHost
beforeAll(async () => {
  lab = await startLab()
  a = lab.hosts[0]!
})
afterAll(() => lab.stop())

const SERVER =
  "require('http').createServer((q, s) => s.end('hi')).listen(8080, () => console.log('up'))"

test('a server is spawned, is ready, answers and stops', async () => {
  const program = spawn(a, process.execPath, ['-e', SERVER], { ready: tcp(8080) })
  expect(program).toMatchObject({ pid: undefined, host: 'a', ended: false, exitText: 'running' })
  await program.ready
  expect(program.pid).toBeGreaterThan(1)
  expect(program.describe).toBe(
    `${process.execPath} -e ${SERVER} on a (pid ${program.pid}): running`,
  )
  const code = "fetch('http://10.9.0.1:8080').then((r) => r.text()).then(console.log)"
  expect((await exec(a, process.execPath, ['-e', code])).stdout).toBe('hi')
  await program.stop()
  expect(program).toMatchObject({ ended: true, exitText: 'SIGTERM', exitCode: undefined })
  expect(await program.exited).toEqual({ exitCode: undefined, signal: 'SIGTERM' })
  expect(await processes(a)).toEqual([])
})

test('the end of its scope stops it', async () => {
  let pid = 0
  {
    await using program = spawn(a, 'sleep', ['87'], { ready: log(/never/, { timeout: '1m' }) })
    await program.started
    pid = program.pid!
    expect(await processes(a)).toMatchObject([{ pid, args: 'sleep 87' }])
  }
  expect(await processes(a)).toEqual([])
})

test('its exit, by code', async () => {
  const program = spawn(a, 'sh', ['-c', 'echo out; echo err >&2; exit 4'])
  expect(await program.exited).toEqual({ exitCode: 4, signal: undefined })
  expect(program).toMatchObject({ exitCode: 4, signal: undefined, exitText: 'exit code 4' })
  expect([...program.lastLines].sort()).toEqual(['err', 'out'])
  await program.started
  await program.ready
})

test('options of execa: environment, working folder, a shell, a time limit', async () => {
  const shell = spawn(a, 'echo $ONE; pwd', { shell: true, env: { ONE: '1' }, cwd: '/usr' })
  await shell.exited
  expect(shell.lastLines).toEqual(['1', '/usr'])
  const limited = spawn(a, 'sleep', ['88'], { timeout: 100 })
  expect(await limited.exited).toEqual({ exitCode: undefined, signal: 'SIGTERM' })
})

test('a program that is no program', async () => {
  const program = spawn(a, '/etc/passwd')
  await expect(program.started).rejects.toMatchObject({ code: 'PROGRAM_NOT_EXECUTABLE' })
  await expect(program.ready).rejects.toMatchObject({ code: 'PROGRAM_NOT_EXECUTABLE' })
  expect(program.failure).toMatchObject({ code: 'PROGRAM_NOT_EXECUTABLE' })
  expect(await program.kill()).toBe(false)
})

test('exits that look like those of enter', async () => {
  for (const code of [125, 126, 127]) {
    const program = spawn(a, 'sh', ['-c', `exit ${code}`])
    expect(await program.exited).toEqual({ exitCode: code, signal: undefined })
    expect(program.failure).toBeUndefined()
  }
})

test('what happens is recorded', async () => {
  a.events.length = 0
  await exec(a, 'true')
  await exec(a, 'no-such').catch(() => undefined)
  const program = spawn(a, 'sh', ['-c', 'echo up; exit 3'], { ready: log(/up/) })
  await program.ready
  await program.exited
  const events = a.events.map(({ type, detail }) => `${type} ${detail}`)
  expect(events.slice(0, 2)).toEqual([
    'program.exit true: 0',
    'program.exit no-such: did not start',
  ])
  expect(events.slice(2).sort()).toEqual([
    'program.exit sh -c echo up; exit 3: 3',
    'program.ready sh -c echo up; exit 3',
    `program.start sh -c echo up; exit 3: pid ${program.pid}`,
  ])
})
