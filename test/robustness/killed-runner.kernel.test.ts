import { existsSync, writeFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { cgroupSupport, labGroupName } from '../../src/kernel/cgroup/index.js'
import { netrig } from '../adapters/cli/support.js'
import { Runner } from './support/runner.js'
import { type Cleaning, cleaning } from './support/traces.js'

// The runner, runners/life.mjs, is killed at random moments of its labs' lives:
//
//   a ---- lan ---- b      c is on a slow, lossy wire: the relay carries it
//           |
//   c --~---+
//
//   d ---- e               d has limits, where this user may have them

const MOMENTS = [
  'creating',
  'building',
  'running',
  'relaying',
  'partitioned',
  'frozen',
  'lent',
  'crashing',
  'stopping',
] as const

/** What README promises, in ms. */
const PROMISE = 1000
/** By hand: long/kills.mjs asks for more rounds, and for the figures. */
const ROUNDS = Number(process.env.NETRIG_KILLS ?? MOMENTS.length)
const TABLE = process.env.NETRIG_TABLE

const { limits, source, v2 } = cgroupSupport()
const limited = limits.memory && limits.pids ? ['limits'] : []

interface Round extends Cleaning {
  readonly moment: string
  readonly delay: number
  readonly namespaces: number
}

async function killOnce(moment: string): Promise<Round> {
  const runner = new Runner('life.mjs', limited)
  try {
    // From the second lab on there is a spare one in the making as well.
    await runner.heard(new RegExp(`^${moment}$`), 1 + Math.round(Math.random()))
    runner.traces.look()
    const delay = Math.random() * 40
    const end = performance.now() + delay
    while (performance.now() < end - 5) {
      runner.traces.look()
      await sleep(1)
    }
    const at = runner.last
    const begin = performance.now()
    await runner.kill()
    const { namespaces } = runner.traces
    return { moment: at, delay, namespaces, ...(await cleaning(runner.traces, begin, 5 * PROMISE)) }
  } finally {
    await runner.kill()
  }
}

test(
  `a runner that is killed leaves nothing, ${ROUNDS} times`,
  async () => {
    const rounds: Round[] = []
    for (let round = 0; round < ROUNDS; round += 1) {
      rounds.push(await killOnce(MOMENTS[round % MOMENTS.length]!))
    }
    if (TABLE !== undefined) writeFileSync(TABLE, JSON.stringify({ rounds, source }))
    // The watcher saw the labs: else it would find nothing afterwards, too.
    expect(rounds.filter(({ namespaces }) => namespaces > 10).length).toBeGreaterThan(ROUNDS / 2)
    expect(rounds.filter(({ time }) => time > PROMISE)).toEqual([])
  },
  ROUNDS * 10_000,
)

const { base } = v2

// With both gone nobody is left to remove the control group: the next run does, or `netrig clean`. What
// is younger than 5 s may be a lab that is about to be, and is left.
test.skipIf(base === undefined)(
  'the runner and the supervisor are killed together',
  async () => {
    const first = await stale()
    await sleep(2500)
    const second = await stale()
    expect([first, second].map((group) => existsSync(group))).toEqual([true, true])
    await sleep(2800)
    const next = new Runner('once.mjs')
    await next.exited
    expect(next.child.exitCode).toBe(0)
    expect([first, second].map((group) => existsSync(group))).toEqual([false, true])
    await sleep(2500)
    const { code, out } = await netrig('clean')
    expect(out).toContain(`removed ${second}`)
    expect(code).toBe(0)
    expect(existsSync(second)).toBe(false)
  },
  30_000,
)

/** The control group of a lab that nobody was left to tidy up after. */
async function stale(): Promise<string> {
  const runner = new Runner('life.mjs')
  await runner.heard(/^running$/)
  runner.traces.look()
  const labs = [...runner.traces.labs]
  const supervisors = runner.traces.supervisors()
  for (const pid of supervisors) process.kill(pid, 'SIGKILL')
  await runner.kill()
  const { left } = await cleaning(runner.traces, performance.now(), 300)
  const groups = labs.map((id) => `${base}/${labGroupName(id)}`)
  // Nothing but groups: the kernel took the rest.
  expect(left.filter((one) => !groups.includes(one))).toEqual([])
  expect(groups.length).toBe(1)
  return groups[0]!
}
