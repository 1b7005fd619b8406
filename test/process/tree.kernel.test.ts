import { afterAll, beforeAll, expect, test } from 'vitest'
import { exec } from '../../src/process/exec.js'
import { spawn } from '../../src/process/program.js'
import { log } from '../../src/process/ready/index.js'
import { eventually, exists, processes, startLab, type TestHost, type TestLab } from './helper.js'

let lab: TestLab
let a: TestHost
let b: TestHost
beforeAll(async () => {
  lab = await startLab(2)
  a = lab.hosts[0]!
  b = lab.hosts[1]!
})
afterAll(() => lab.stop())

const running = async (host: TestHost, text: string) =>
  (await processes(host)).filter(({ args }) => args.includes(text))

/** Detaches as daemons do: two forks, a session of its own, no streams of its parent's. */
const DAEMON = (n: number) => `(setsid sh -c 'sleep ${n} & ' >/dev/null 2>&1 </dev/null)`

test('a daemon outlives its parent, is a child of PID 1, and dies with its host', async () => {
  const { exitCode } = await exec(b, 'sh', ['-c', DAEMON(71)])
  expect(exitCode).toBe(0)
  // Until it has become sleep it is a copy of its shell.
  await eventually(async () => (await machinePids('sleep', '71')).length === 1, 'the daemon')
  const [daemon] = await running(b, 'sleep 71')
  expect(daemon).toMatchObject({ parent: 1 })
  const outside = await machinePids('sleep', '71')
  expect(outside).toHaveLength(1)
  await b.crash()
  expect(exists(outside[0]!)).toBe(false)
  await b.restart()
  expect(await running(b, 'sleep 71')).toEqual([])
})

async function machinePids(...command: string[]): Promise<number[]> {
  const { readdirSync, readFileSync } = await import('node:fs')
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .filter((pid) => {
      try {
        return readFileSync(`/proc/${pid}/cmdline`, 'utf8') === `${command.join('\0')}\0`
      } catch {
        return false
      }
    })
    .map(Number)
}

test('a daemon that holds the output open does not hold up the end of its parent', async () => {
  const program = spawn(a, 'sh', ['-c', 'setsid sleep 72 & echo started; exit 3'])
  const before = performance.now()
  expect(await program.exited).toEqual({ exitCode: 3, signal: undefined })
  expect(performance.now() - before).toBeLessThan(1500)
  expect(program.lastLines).toEqual(['started'])
  expect(await running(a, 'sleep 72')).toHaveLength(1)
})

test('stop after the end leaves daemons alone', async () => {
  const program = spawn(a, 'sh', ['-c', DAEMON(73)])
  await program.exited
  await program.stop()
  expect(await running(a, 'sleep 73')).toHaveLength(1)
})

test('stop ends what is in other sessions and groups, and what has lost its parent since', async () => {
  const script = `setsid sh -c 'setsid sleep 74 & sleep 74' & echo up; wait`
  const program = spawn(a, 'sh', ['-c', script], { ready: log(/up/) })
  await program.ready
  await eventually(async () => (await running(a, 'sleep 74')).length >= 3, 'the family')
  await program.stop()
  expect(await running(a, 'sleep 74')).toEqual([])
})

test('a fork bomb is ended, within the limit of processes', async () => {
  // At most some hundred at a time: each waits for its two children.
  const bomb = `bomb() { test $1 -gt 0 && { bomb $(($1-1)) & bomb $(($1-1)) & }; sleep 75; }; echo up; bomb 7`
  const program = spawn(a, 'sh', ['-c', bomb], { ready: log(/up/) })
  await program.ready
  await eventually(async () => (await running(a, 'sleep 75')).length > 100, 'a hundred')
  await program.stop({ grace: 100 })
  expect(await running(a, 'sleep 75')).toEqual([])
})

test('one that forks faster than it can be looked at is ended, too', async () => {
  const code = `const { spawn } = require('child_process')
    const next = () => spawn(process.execPath.replace(/.*/, 'sh'), ['-c', 'exec sleep 76'], { detached: true })
    setInterval(next, 1); console.log('up')`
  const program = spawn(a, process.execPath, ['-e', code], { ready: log(/up/) })
  await program.ready
  await eventually(async () => (await running(a, 'sleep 76')).length > 10, 'ten')
  process.kill(program.subprocess.pid!, 'SIGKILL')
  expect(await program.exited).toEqual({ exitCode: undefined, signal: 'SIGKILL' })
  await eventually(async () => (await running(a, '76')).length === 0, 'none of them')
})

test('zombies that a program leaves to PID 1 are reaped', async () => {
  await exec(a, 'sh', ['-c', 'for i in 1 2 3 4 5; do (true & ) ; done; sleep 0.1'])
  const { stdout } = await exec(a, 'ps', ['axo', 'stat='])
  expect(stdout.split('\n').filter((state) => state.trim().startsWith('Z'))).toEqual([])
})

test('many short-lived programs at once leave nothing', async () => {
  const programs = Array.from({ length: 30 }, () => spawn(a, 'sh', ['-c', 'sleep 77 & sleep 77']))
  await Promise.all(programs.map((program) => program.started))
  await Promise.all(programs.map((program) => program.stop()))
  expect(await running(a, 'sleep 77')).toEqual([])
})

test('a crash ends programs, whose exits tell of SIGKILL', async () => {
  const programs = [
    spawn(b, 'sleep', ['78']),
    spawn(b, 'sh', ['-c', 'trap "" TERM; sleep 78; sleep 78']),
  ]
  await Promise.all(programs.map((program) => program.started))
  await b.crash()
  for (const program of programs) {
    expect(await program.exited).toEqual({ exitCode: undefined, signal: 'SIGKILL' })
  }
  expect(await machinePids('sleep', '78')).toEqual([])
  await b.restart()
})

test('a spawned program comes back with its host, if it is to', async () => {
  const once = spawn(b, 'sleep', ['79'])
  const program = spawn(b, 'sh', ['-c', 'echo hello; exec sleep 79'], {
    restart: true,
    ready: log(/hello/),
  })
  await program.ready
  expect(program.respawn(b)).toBeUndefined()
  await b.crash()
  await Promise.all([program.exited, once.exited])
  expect(() => spawn(b, 'true')).toThrow(expect.objectContaining({ code: 'HOST_DOWN' }))
  await b.restart()
  expect(once.respawn(b)).toBeUndefined()
  expect(program.respawn(b)).toBe(program)
  await program.ready
  expect(program.ended).toBe(false)
  expect(await running(b, 'sleep 79')).toMatchObject([{ pid: program.pid }])
  await program.stop()
})

test('a frozen host: programs wait, and stop kills them', async () => {
  const program = spawn(b, 'sleep', ['80'])
  await program.started
  await b.freeze()
  const late = exec(b, 'echo', ['thawed'])
  const winner = await Promise.race([
    late,
    new Promise((resolve) => setTimeout(() => resolve('frozen'), 200)),
  ])
  expect(winner).toBe('frozen')
  await program.stop({ grace: 100 })
  expect(program.signal).toBe('SIGKILL')
  await b.thaw()
  expect((await late).stdout).toBe('thawed')
})

test('a paused program stays paused when its host is thawed', async () => {
  await using program = spawn(b, 'sleep', ['81'])
  await program.started
  await program.pause()
  await b.freeze()
  await b.thaw()
  expect(await running(b, 'sleep 81')).toMatchObject([{ state: expect.stringMatching(/^T/) }])
  await program.resume()
  await eventually(
    async () => (await running(b, 'sleep 81'))[0]?.state?.startsWith('S') === true,
    'it runs',
  )
})
