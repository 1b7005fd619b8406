import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { exec } from '../../src/process/exec.js'
import { spawn } from '../../src/process/program.js'
import { log } from '../../src/process/ready/index.js'
import { eventually, processes, startLab, type TestHost, type TestLab } from './helper.js'

let lab: TestLab
let a: TestHost
beforeAll(async () => {
  lab = await startLab()
  a = lab.hosts[0]!
})
afterAll(() => lab.stop())

/** A shell that counts a signal and goes on. */
const counter = (signal: string) => `n=0; trap 'n=$((n+1)); echo ${signal} $n' ${signal}
echo up; while :; do sleep 0.02; done`

/** State letters of the host's processes whose command holds `text`. */
const states = async (text: string) =>
  (await processes(a)).filter(({ args }) => args.includes(text)).map(({ state }) => state[0])

test.each(['SIGTERM', 'SIGINT', 'SIGHUP', 'SIGUSR1', 'SIGQUIT', 'SIGKILL', 'SIGABRT'] as const)(
  'execa kill(%s) ends the program, and shows as it does outside',
  async (signal) => {
    const subprocess = exec(a, 'sh', ['-c', 'echo up; exec sleep 77'])
    await new Promise((resolve) => subprocess.stdout.once('data', resolve))
    expect(subprocess.kill(signal)).toBe(true)
    const error = await subprocess.catch((reason) => reason)
    expect(error).toMatchObject({ signal, isTerminated: true })
    expect(error.exitCode).toBeUndefined()
    expect(error.shortMessage).toMatch(
      new RegExp(`^Command was killed with ${signal} .*: sh -c 'echo up; exec sleep 77'$`),
    )
    await eventually(async () => (await states('sleep 77')).length === 0, 'sleep 77 to be gone')
  },
)

test('a signal that the program handles reaches it once', async () => {
  const subprocess = exec(a, 'sh', ['-c', counter('USR2')], { reject: false, lines: true })
  for await (const line of subprocess.iterable()) {
    if (line === 'up' || line === 'USR2 1') subprocess.kill('SIGUSR2')
    if (line === 'USR2 2') subprocess.kill('SIGKILL')
  }
  expect((await subprocess).stdout).toEqual(['up', 'USR2 1', 'USR2 2'])
})

test('SIGSTOP and SIGCONT by execa stop and continue the program, not enter', async () => {
  const subprocess = exec(a, 'sleep', ['61'], { reject: false })
  subprocess.kill('SIGSTOP')
  await eventually(async () => (await states('sleep 61'))[0] === 'T', 'sleep 61 to be stopped')
  subprocess.kill('SIGCONT')
  await eventually(async () => (await states('sleep 61'))[0] === 'S', 'sleep 61 to run')
  subprocess.kill()
  expect(await subprocess).toMatchObject({ signal: 'SIGTERM' })
})

test('SIGTSTP reaches a program, and enter goes on', async () => {
  const subprocess = exec(a, 'sh', ['-c', counter('TSTP')], { reject: false, lines: true })
  for await (const line of subprocess.iterable()) {
    if (line === 'up' || line === 'TSTP 1') subprocess.kill('SIGTSTP')
    if (line === 'TSTP 2') subprocess.kill()
  }
  expect(await subprocess).toMatchObject({ stdout: ['up', 'TSTP 1', 'TSTP 2'], signal: 'SIGTERM' })
})

// A child in a session of its own, one in the program's, and the program: all hold its output open.
const family = (n: number) => `setsid sleep ${n} & sleep ${n} & echo up; sleep ${n}; echo never`

test('a timeout ends the whole tree', async () => {
  const error = await exec(a, 'sh', ['-c', family(63)], { timeout: 150 }).catch((reason) => reason)
  expect(error).toMatchObject({ timedOut: true, signal: 'SIGTERM' })
  expect(error.durationMs).toBeLessThan(2500)
  expect(error.shortMessage).toBe(`Command timed out after 150 milliseconds: sh -c '${family(63)}'`)
  await eventually(async () => (await states('sleep 63')).length === 0, 'all to be gone')
})

test('a cancel signal ends the whole tree', async () => {
  const controller = new AbortController()
  const subprocess = exec(a, 'sh', ['-c', family(64)], { cancelSignal: controller.signal })
  await new Promise((resolve) => subprocess.stdout.once('data', resolve))
  controller.abort(new Error('enough'))
  await expect(subprocess).rejects.toMatchObject({ isCanceled: true, cause: { message: 'enough' } })
  await eventually(async () => (await states('sleep 64')).length === 0, 'all to be gone')
})

test('what forks while its end comes leaves nobody behind', async () => {
  for (let round = 0; round < 30; round++) {
    const script = 'echo up; for i in $(seq 100); do sleep 73 & done; wait'
    const subprocess = exec(a, 'sh', ['-c', script], { reject: false, forceKillAfterDelay: false })
    await new Promise((resolve) => subprocess.stdout.once('data', resolve))
    await sleep(round * 3)
    subprocess.kill()
    await subprocess
    expect(await states('sleep 73')).toEqual([])
  }
})

test('what ignores the end of its command is killed after the delay', async () => {
  const script = `trap '' TERM; (while :; do sleep 0.065; done) & echo up; exec sleep 65`
  const subprocess = exec(a, 'sh', ['-c', script], { forceKillAfterDelay: 200, reject: false })
  await new Promise((resolve) => subprocess.stdout.once('data', resolve))
  subprocess.kill()
  expect(await subprocess).toMatchObject({ signal: 'SIGKILL', isForcefullyTerminated: true })
  await eventually(async () => (await states('65')).length === 0, 'all to be gone')
})

test('what outlives the end of its command is killed after the delay', async () => {
  // The child ignores SIGTERM and keeps the output open; its parent obeys.
  const script = `sh -c 'trap "" TERM; echo up; while :; do sleep 0.05; done' stubborn & wait`
  const subprocess = exec(a, 'sh', ['-c', script], { forceKillAfterDelay: 300, reject: false })
  await new Promise((resolve) => subprocess.stdout.once('data', resolve))
  subprocess.kill()
  expect(await subprocess).toMatchObject({ signal: 'SIGTERM' })
  await eventually(
    async () => (await states('stubborn')).length === 0,
    'the stubborn one to be gone',
  )
})

test('the program hears of its end once', async () => {
  const script = `trap 'echo heard; exit 0' TERM; echo up; while :; do sleep 0.02; done`
  const subprocess = exec(a, 'sh', ['-c', script])
  await new Promise((resolve) => subprocess.stdout.once('data', resolve))
  subprocess.kill()
  expect((await subprocess).stdout).toBe('up\nheard')
})

test('killing enter kills the tree', async () => {
  const subprocess = exec(a, 'sh', ['-c', family(66)], { reject: false })
  await new Promise((resolve) => subprocess.stdout.once('data', resolve))
  process.kill(subprocess.pid!, 'SIGKILL')
  expect(await subprocess).toMatchObject({ signal: 'SIGKILL' })
  await eventually(async () => (await states('sleep 66')).length === 0, 'all to be gone')
})

test('a spawned program: one process, its group, its tree', async () => {
  const script = 'sh -c "$COUNTER" child & setsid sh -c "$COUNTER" grandchild & eval "$COUNTER"'
  await using program = spawn(a, 'sh', ['-c', script], { env: { COUNTER: counter('USR1') } })
  const heard = (text: string) => program.lastLines.filter((line) => line === text).length
  await eventually(() => heard('up') === 3, 'three shells to be up')
  expect(await program.kill('SIGUSR1')).toBe(true)
  await eventually(() => heard('USR1 1') === 1, 'the first to hear')
  await program.kill('SIGUSR1', { group: true })
  await eventually(() => heard('USR1 1') === 2 && heard('USR1 2') === 1, 'the group to hear')
  await program.kill('SIGUSR1', { tree: true })
  await eventually(
    () => heard('USR1 1') === 3 && heard('USR1 2') === 2 && heard('USR1 3') === 1,
    'the tree to hear',
  )
  expect(() => program.kill('SIGTERM', { gruop: true } as object)).toThrow(/'gruop'/)
})

test('pause and resume', async () => {
  await using program = spawn(a, 'sh', ['-c', 'sleep 67 & while :; do echo tick; sleep 0.01; done'])
  await eventually(() => program.lastLines.length > 2, 'ticks')
  await program.pause()
  expect(program.exitText).toBe('paused')
  // A shell that is just starting a `sleep` waits for it in D (vfork(2)), and that one stands.
  const stopped = await states('sleep 67')
  expect(stopped.length).toBeGreaterThanOrEqual(2)
  expect(stopped.filter((state) => state !== 'T' && state !== 'D')).toEqual([])
  await sleep(50)
  let ticks = 0
  program.stdout.on('data', () => (ticks += 1))
  await sleep(30)
  ticks = 0
  await sleep(150)
  expect(ticks).toBe(0)
  await program.resume()
  await eventually(() => ticks > 2, 'ticks again')
  await program.pause()
  await program.stop({ grace: '1s' })
  expect(program.signal).toBe('SIGTERM')
})

test('a signal right after spawn is not lost', async () => {
  const program = spawn(a, 'sleep', ['68'])
  expect(await program.kill('SIGINT')).toBe(true)
  expect(await program.exited).toEqual({ exitCode: undefined, signal: 'SIGINT' })
  expect(await program.kill('SIGINT')).toBe(false)
})

test('stop: SIGTERM first, SIGKILL for those who do not go', async () => {
  const polite = spawn(
    a,
    'sh',
    ['-c', `trap 'sleep 0.1; echo bye; exit 5' TERM; echo up; while :; do sleep 0.02; done`],
    {
      ready: log(/up/),
    },
  )
  await polite.ready
  await polite.stop()
  expect([polite.exitCode, polite.lastLines.at(-1)]).toEqual([5, 'bye'])
  const stubborn = spawn(a, 'sh', ['-c', `trap '' TERM; echo up; while :; do sleep 0.02; done`], {
    ready: log(/up/),
  })
  await stubborn.ready
  const before = performance.now()
  await stubborn.stop({ grace: 300 })
  expect(performance.now() - before).toBeGreaterThan(290)
  expect(stubborn.signal).toBe('SIGKILL')
  await stubborn.stop()
})

test('stop waits for children that take their time, and leaves none', async () => {
  const child = `trap "sleep 0.3; exit" TERM; echo up; while :; do sleep 0.02; done`
  const program = spawn(a, 'sh', ['-c', `setsid sh -c '${child}' slow & wait`], {
    ready: log(/up/),
  })
  await program.ready
  const before = performance.now()
  await program.stop()
  expect(performance.now() - before).toBeGreaterThan(250)
  expect(performance.now() - before).toBeLessThan(1900)
  expect(await states('slow')).toEqual([])
})
