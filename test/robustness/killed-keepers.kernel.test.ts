import { spawn } from 'node:child_process'
import { expect, test } from 'vitest'
import { type Host, type Lab, NetrigError } from '../../src/index.js'
import { aLab, eventually, keepersOf, outcome, PROMPT } from './support/here.js'

// Somebody kills what holds a lab: the out-of-memory killer, a cleanup by name, a person.
//
//   a ---- lan ---- b      c is on a slow wire: the relay carries it
//           |
//   c --~---+
async function started(): Promise<{ lab: Lab; a: Host; b: Host; c: Host }> {
  const lab = await aLab({ engine: 'relay' })
  const lan = lab.switch('lan')
  const [a, b, c] = lab.hosts('a', 'b', 'c')
  lab.link(a, lan)
  lab.link(b, lan)
  lab.link(c, lan, { delay: '1ms' })
  await lab.start()
  return { lab, a, b, c }
}

/** Everything that can be asked of a lab, and how it is refused. */
async function refusals(lab: Lab, a: Host, b: Host): Promise<unknown[]> {
  const begin = performance.now()
  const calls = [
    () => a.exec('true'),
    () => a.connect({ host: 'b', port: 1 }),
    () => a.listen({ port: 1 }),
    () => a.freeze(),
    () => a.crash(),
    () => a.restart(),
    () => lab.partition([a], [b]),
    () => lab.start(),
    async () => a.spawn('true').started,
  ]
  const codes = await Promise.all(calls.map(outcome))
  expect(performance.now() - begin).toBeLessThan(PROMPT)
  return [...new Set(codes)]
}

for (const victim of ['keeper', 'supervisor'] as const) {
  test(`the ${victim} is killed`, async () => {
    const { lab, a, b } = await started()
    const program = a.spawn('sleep', ['1000'])
    await program.started
    const running = outcome(() => b.exec('sleep', ['1000']))
    const socket = await a.listen({ port: 80 })
    await a.freeze()
    process.kill(keepersOf(lab)[victim].pid, 'SIGKILL')

    await eventually('the lab knows', () => lab.failure !== undefined, PROMPT)
    expect(lab.failure).toBeInstanceOf(NetrigError)
    expect(lab.failure).toMatchObject({ code: 'KEEPER_LOST' })
    expect(lab.events.map(({ type }) => type)).toContain('lab.lost')
    expect(await refusals(lab, a, b)).toEqual(['KEEPER_LOST'])
    // What ran has ended with its host.
    expect(await program.exited).toEqual({ exitCode: undefined, signal: 'SIGKILL' })
    expect(await running).toMatchObject({ failed: true, signal: 'SIGKILL' })
    const begin = performance.now()
    await lab.stop()
    expect(performance.now() - begin).toBeLessThan(PROMPT)
    expect(socket.listening).toBe(false)
  })
}

test('the keeper is killed while the lab is being built', async () => {
  const seen: unknown[] = []
  for (const delay of [0, 0.005, 0.01, 0.02, 0.03]) {
    const lab = await aLab()
    const lan = lab.switch('lan')
    for (let n = 0; n < 30; n += 1) lab.link(lab.host(`h${n}`), lan)
    // By somebody else, for much of a start is done without a break.
    spawn('sh', ['-c', `sleep ${delay}; kill -KILL ${keepersOf(lab).keeper.pid}`])
    seen.push(await outcome(() => lab.start()))
    await eventually('the lab knows', () => lab.failure !== undefined)
    expect(await outcome(() => lab.start())).toBe('KEEPER_LOST')
    await lab.stop()
  }
  expect(seen).toContain('KEEPER_LOST')
  expect(seen.filter((one) => one !== 'KEEPER_LOST' && one !== undefined)).toEqual([])
})

test('PID 1 of a host is killed from outside: that host is down, and comes back', async () => {
  const { lab, a, b } = await started()
  const program = b.spawn('sleep', ['1000'], { restart: true })
  await program.started
  const server = await b.listen({ port: 80 })
  const { hosts } = keepersOf(lab)
  // Hosts are made in the order in which they were declared, and pids rise.
  process.kill(hosts[1]!.pid, 'SIGKILL')

  await eventually('the host is down', () => b.status === 'crashed', PROMPT)
  expect(lab.events.some(({ type, subject }) => type === 'host.died' && subject === 'b')).toBe(true)
  expect(lab.failure).toBeUndefined()
  expect((await program.exited).signal).toBe('SIGKILL')
  expect(await outcome(() => b.exec('true'))).toBe('HOST_DOWN')
  expect(await outcome(() => b.freeze())).toBe('HOST_DOWN')
  const gone = () => a.connect({ host: 'b', port: 80, timeout: 300 })
  expect(await outcome(gone)).toBe('CONNECT_FAILED')
  expect(server.listening).toBe(false)

  await b.restart()
  expect((await a.exec('ping', ['-c', '1', '-W', '5', 'b'])).exitCode).toBe(0)
  expect(program.ended).toBe(false)
})

test('the relay is killed', async () => {
  const { lab, a, b } = await started()
  process.kill(keepersOf(lab).relay!.pid, 'SIGKILL')
  await eventually('the lab knows', () => lab.failure !== undefined, PROMPT)
  expect(lab.failure).toMatchObject({ code: 'WIRE_LOST' })
  expect(lab.events.map(({ type }) => type)).toContain('lab.lost')
  expect(await refusals(lab, a, b)).toEqual(['WIRE_LOST'])
})
