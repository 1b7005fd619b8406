import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { expect, test } from 'vitest'
import type { Host, HostOptions, Lab, Program } from '../../src/index.js'
import { cgroupSupport } from '../../src/kernel/cgroup/index.js'
import { computingTakesTime } from '../support/processor.js'
import { aLab, eventually, keepersOf, outcome, PROMPT } from './support/here.js'
import { descendants } from './support/processes.js'
import { program } from './support/programs.js'

// Programs that behave badly, in a:      a ---- b
async function started(options: HostOptions = {}): Promise<{ lab: Lab; a: Host; b: Host }> {
  const lab = await aLab()
  const a = lab.host('a', options)
  const b = lab.host('b')
  lab.link(a, b)
  await lab.start()
  return { lab, a, b }
}

const { limits } = cgroupSupport()
const bad = (...args: string[]) => [program('bad'), args] as const

/** Starts it, and waits until it has said `word`. */
async function misbehaving(host: Host, args: string[], word?: string): Promise<Program> {
  const made = host.spawn(...bad(...args))
  await made.started
  if (word !== undefined) {
    await eventually(`it says ${word}`, () => made.lastLines.includes(word))
  }
  return made
}

async function promptly(call: () => Promise<unknown>): Promise<void> {
  const begin = performance.now()
  await call()
  expect(performance.now() - begin).toBeLessThan(PROMPT)
}

/** How many processes are in the lab's hosts, as the machine counts. */
const inside = (lab: Lab) => descendants(keepersOf(lab).keeper.pid).length

/** Three ways to be rid of it; the test's end looks for what they left. */
const ends: [string, (lab: Lab, host: Host, made: Program) => Promise<unknown>][] = [
  ['its own stop()', (_lab, _host, made) => made.stop({ grace: 50 })],
  ['the crash of its host', (_lab, host) => host.crash()],
  ['the end of the lab', (lab) => lab.stop()],
]

for (const [how, end] of ends) {
  test(`a fork bomb stays in its host, and goes by ${how}`, async () => {
    const { lab, a, b } = await started({ pids: 60 })
    const before = inside(lab)
    const bomb = await misbehaving(a, ['bomb'], 'full')
    expect(inside(lab) - before).toBeGreaterThan(40)
    expect(inside(lab) - before).toBeLessThanOrEqual(61)
    // The machine goes on, and so does the other host.
    await promptly(async () => execFileSync('true'))
    await promptly(() => b.exec('true'))
    const call = outcome(() => a.exec('sh', ['-c', 'sleep 0 & sleep 0 & wait'], { timeout: 1000 }))
    await promptly(() => end(lab, a, bomb))
    expect(bomb.ended).toBe(true)
    await call
    if (how === 'its own stop()') {
      await eventually('all of it is gone', () => inside(lab) <= before, PROMPT)
      expect((await a.exec('echo', ['fine'])).stdout).toBe('fine')
    }
  })
}

test('a daemon that got away from its program goes with its host', async () => {
  const { lab, a } = await started()
  const before = inside(lab)
  for (let n = 0; n < 5; n += 1) await a.exec(...bad('away'))
  await eventually('five are away', () => inside(lab) === before + 5, PROMPT)
  await promptly(() => a.crash())
  await eventually('they are gone', () => inside(lab) === before - 1, PROMPT)
  await a.restart()
  await a.exec(...bad('away'))
  await promptly(() => lab.stop())
})

test('stop() reaches what a program has sent away', async () => {
  const { lab, a } = await started()
  const before = inside(lab)
  const script = `trap "" TERM; ${program('bad')} deaf & setsid ${program('bad')} deaf & wait; sleep 99`
  const made = a.spawn('sh', ['-c', script])
  await eventually('both are deaf', () => made.lastLines.length === 2)
  await promptly(() => made.stop({ grace: 100 }))
  await eventually('all of it is gone', () => inside(lab) === before, PROMPT)
})

for (const [what, word] of [
  ['deaf', 'deaf'],
  ['mute', undefined],
  ['stop', undefined],
  ['flood', undefined],
] as const) {
  // Who writes without end and who reads it never wait: where that takes no time, no other's turn comes.
  test.runIf(what !== 'flood' || computingTakesTime)(
    `${what}: stop(), crash() and the end of the lab are prompt`,
    async () => {
      const { lab, a } = await started()
      const first = await misbehaving(a, [what], word)
      await promptly(() => first.stop({ grace: 100 }))
      expect(first.signal).toMatch(/^SIG(KILL|TERM)$/)
      const second = await misbehaving(a, [what], word)
      await promptly(() => a.crash())
      expect(second.signal).toBe('SIGKILL')
      await a.restart()
      const third = await misbehaving(a, [what], word)
      await promptly(() => lab.stop())
      expect(third.signal).toBe('SIGKILL')
    },
  )
}

test.runIf(computingTakesTime)('output without end that nobody reads takes no memory', async () => {
  const { a } = await started()
  const made = a.spawn(...bad('flood'))
  await made.started
  await sleep(300)
  const before = process.memoryUsage().rss
  await sleep(1000)
  expect(process.memoryUsage().rss - before).toBeLessThan(64 * 2 ** 20)
})

test('a thousand zombies, and a thousand short programs in one shell', async () => {
  const { lab, a } = await started()
  const before = inside(lab)
  await misbehaving(a, ['zombies', '1000'], 'dead')
  expect(inside(lab) - before).toBeGreaterThan(1000)
  const loop = 'i=0; while [ $i -lt 1000 ]; do (:) & i=$((i+1)); done; wait; echo $i'
  expect((await a.exec('sh', ['-c', loop])).stdout).toBe('1000')
  await promptly(() => a.crash())
  await eventually('they are gone', () => inside(lab) === before - 1, PROMPT)
})

test('orphans are reaped by PID 1 of their host', async () => {
  const { lab, a } = await started()
  const before = inside(lab)
  await a.exec('sh', ['-c', 'i=0; while [ $i -lt 200 ]; do (sleep 0.1 &); i=$((i+1)); done'])
  await eventually('none is left', () => inside(lab) === before, 10_000)
})

test('it takes its interface down, changes its address, and its mac: the lab stops as ever', async () => {
  const { lab, a, b } = await started()
  const script =
    'ip link set eth0 down; ip link set eth0 address 02:00:00:00:00:99; ip addr flush eth0'
  await a.exec('sh', ['-c', `${script}; ip link del eth0; ip link set lo down`])
  const gone = await b.exec('ping', ['-c', '1', '-W', '0.3', 'a'], { reject: false })
  expect(gone.exitCode).not.toBe(0)
  // What it did to itself, a new life undoes.
  await a.restart()
  expect((await b.exec('ping', ['-c', '1', '-W', '5', 'a'])).exitCode).toBe(0)
  await promptly(() => lab.stop())
})

test('the host’s own /tmp, /run and /dev/shm are bounded', async () => {
  const { a } = await started()
  const { stdout } = await a.exec('df', ['-k', '--output=size', '/tmp', '/run', '/dev/shm'])
  const kib = stdout.split('\n').slice(1).map(Number)
  const total = Number(/MemTotal: +(\d+)/.exec(readFileSync('/proc/meminfo', 'utf8'))![1])
  expect(kib.length).toBe(3)
  expect(kib.reduce((sum, size) => sum + size) / total).toBeLessThan(0.41)
})

test.runIf(limits.memory)('a memory limit holds for memory, and for files in /tmp', async () => {
  const { a, b } = await started({ memory: '48MiB' })
  expect(await outcome(() => a.exec(...bad('hog', '20')))).toMatchObject({ stdout: 'fat' })
  expect(await outcome(() => a.exec(...bad('hog', '200')))).toMatchObject({ signal: 'SIGKILL' })
  // Killed, or refused: never more than the limit.
  const filled = (await outcome(() => a.exec(...bad('fill', '/tmp/full')))) as { stdout: string }
  expect(Number(filled.stdout.split(' ')[0] || 0)).toBeLessThan(48)
  await promptly(() => b.exec('true'))
  await a.restart()
  expect((await a.exec('echo', ['fine'])).stdout).toBe('fine')
})
