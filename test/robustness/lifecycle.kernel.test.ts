import { readlinkSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { createLab, type Host, type Lab } from '../../src/index.js'
import { aLab, eventually, keepersOf, outcome, PROMPT } from './support/here.js'
import { descendants } from './support/processes.js'

// Calls that come at the wrong moment.
//
//   a ---- lan ---- b      c is on a slow wire: the relay carries it
//           |
//   c --~---+
async function declared(): Promise<{ lab: Lab; a: Host; b: Host; c: Host }> {
  const lab = await aLab({ engine: 'relay' })
  const lan = lab.switch('lan')
  const [a, b, c] = lab.hosts('a', 'b', 'c')
  lab.link(a, lan)
  lab.link(b, lan)
  lab.link(c, lan, { delay: '1ms' })
  return { lab, a, b, c }
}

async function started() {
  const all = await declared()
  await all.lab.start()
  return all
}

async function promptly(call: () => Promise<unknown>): Promise<void> {
  const begin = performance.now()
  await call()
  expect(performance.now() - begin).toBeLessThan(PROMPT)
}

for (const delay of [0, 1, 5, 15]) {
  test(`stop() ${delay} ms after start() began`, async () => {
    const { lab } = await declared()
    const start = outcome(() => lab.start())
    await sleep(delay)
    await promptly(() => lab.stop())
    // Either it was through, or it says why it was not.
    expect([undefined, 'LAB_STOPPED']).toContain(await start)
    expect(await outcome(() => lab.start())).toBe('LAB_STOPPED')
  })
}

test('stop() twice, at once and afterwards: each returns when all is gone', async () => {
  const { lab } = await started()
  const { supervisor } = keepersOf(lab)
  const gone = () => descendants(process.pid).every(({ pid }) => pid !== supervisor.pid)
  await promptly(() =>
    Promise.all([1, 2].map(() => lab.stop().then(() => expect(gone()).toBe(true)))),
  )
  await promptly(() => lab.stop())
})

test('start() twice at once', async () => {
  const { lab, a } = await declared()
  await Promise.all([outcome(() => lab.start()), outcome(() => lab.start())])
  await lab.start()
  expect((await a.exec('ping', ['-c', '1', '-W', '5', 'b'])).exitCode).toBe(0)
})

test('crash() while programs begin: each ends, none is started afterwards', async () => {
  const { a } = await started()
  for (let round = 0; round < 10; round += 1) {
    const running = [0, 1, 2].map(() => outcome(() => a.exec('sleep', ['1000'])))
    await sleep(round * 2)
    await promptly(() => a.crash())
    await promptly(() => Promise.all(running))
    for (const one of await Promise.all(running)) {
      if (one !== 'HOST_DOWN') expect(one).toMatchObject({ failed: true, signal: 'SIGKILL' })
    }
    await a.restart()
  }
})

test('crash() twice, and while frozen; a frozen host restarts', async () => {
  const { lab, a, b } = await started()
  const program = a.spawn('sleep', ['1000'])
  await program.started
  await a.freeze()
  await promptly(() => Promise.all([a.crash(), outcome(() => a.crash())]))
  expect((await program.exited).signal).toBe('SIGKILL')
  expect(await outcome(() => a.thaw())).toBe('HOST_DOWN')
  await a.restart()
  expect(a.status).toBe('running')
  await a.freeze()
  await promptly(() => a.restart())
  expect((await a.exec('ping', ['-c', '1', '-W', '5', b.name])).exitCode).toBe(0)
  expect(lab.failure).toBeUndefined()
})

test('a frozen lab stops', async () => {
  const { lab, a, b } = await started()
  const programs = [a, b].map((host) =>
    host.spawn('sh', ['-c', 'trap "" TERM INT HUP; while :; do sleep 0.01; done']),
  )
  await Promise.all(programs.map(({ started }) => started))
  await Promise.all([a.freeze(), b.freeze()])
  await promptly(() => lab.stop())
  for (const { ended } of programs) expect(ended).toBe(true)
})

test('restart() during a partition with traffic: the cut holds, before and after', async () => {
  const { lab, a, b, c } = await started()
  const pings = [a, c].map((host) => host.spawn('ping', ['-q', '-i', '0.01', 'b']))
  await Promise.all(pings.map(({ started }) => started))
  const cut = await lab.partition([a], [b])
  await b.restart()
  const eaten = cut.effect().packets
  await eventually('the cut eats more', () => cut.effect().packets > eaten)
  const answers = async (host: Host) =>
    (await host.exec('ping', ['-c', '3', '-i', '0.1', '-W', '0.3', 'b'], { reject: false }))
      .exitCode === 0
  expect(await answers(a)).toBe(false)
  expect(await answers(c)).toBe(true)
  await a.restart()
  expect(await answers(a)).toBe(false)
  await cut.heal()
  await eventually('it is healed', () => answers(a))
})

/** The lab's network namespaces, as its processes are in them. */
function networks(lab: Lab): Set<string> {
  const { supervisor } = keepersOf(lab)
  return new Set(
    descendants(supervisor.pid).flatMap(({ pid }) => {
      try {
        return [readlinkSync(`/proc/${pid}/ns/net`)]
      } catch {
        return []
      }
    }),
  )
}

// A start that fails halfway: the kernel refuses one host's sysctl when the other hosts are there.
test('start() that fails halfway undoes everything, and can be tried again', async () => {
  const lab = await aLab()
  const lan = lab.switch('lan')
  const [a, b] = lab.hosts('a', 'b')
  lab.link(a, lan)
  lab.link(b, lan, { delay: '1ms' })
  const bad = lab.host('bad', { sysctls: { 'net.ipv4.tcp_congestion_control': 'nonesuch' } })
  lab.link(bad, lan)
  const error = await outcome(() => lab.start())
  expect(['KERNEL', 'INVALID_OPTION']).toContain(error)
  // The fabric is all there is.
  await eventually('hosts are gone', () => networks(lab).size === 1, PROMPT)
  expect(keepersOf(lab).hosts).toEqual([])
  for (const host of [a, b, bad]) expect(host.status).toBe('declared')
  expect(await outcome(() => a.exec('true'))).toBe('LAB_NOT_STARTED')
  // The same again, for what the first left behind could be in its way.
  expect(await outcome(() => lab.start())).toBe(error)
})

test('what ran before goes on when a later start() fails', async () => {
  const { lab, a, b } = await started()
  const program = a.spawn('ping', ['-q', '-i', '0.05', 'b'])
  await program.started
  const bad = lab.host('bad', { sysctls: { 'net.ipv4.ip_forward': 'perhaps' } })
  lab.link(bad, b)
  expect(await outcome(() => lab.start())).toBe('INVALID_OPTION')
  expect(program.ended).toBe(false)
  expect((await b.exec('sh', ['-c', 'cd /sys/class/net; echo */'])).stdout).toBe('eth0/ lo/')
  expect(keepersOf(lab).hosts.length).toBe(3)
  expect((await b.exec('ping', ['-c', '1', '-W', '5', 'c'])).exitCode).toBe(0)
})

test('a lab that was never started stops', async () => {
  const lab = await createLab()
  lab.host('a')
  await promptly(() => lab.stop())
})
