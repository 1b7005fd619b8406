import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, rmdirSync, statSync, writeFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { cgroupSupport, labGroupName } from '../../src/kernel/cgroup/index.js'
import { netrig } from '../adapters/cli/support.js'
import { computingTakesTime } from '../support/processor.js'
import { eventually } from './support/here.js'
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
  /** Milliseconds until the kernel had killed the runner itself: many when the machine is busy. */
  readonly dying: number
  /** What is granted to a machine that is busy with other things. */
  readonly slowness: number
}

/** Milliseconds that it takes now to run the smallest program there is; 2 on a machine with nothing to do. */
function slowestStart(): number {
  const times = [0, 1, 2].map(() => {
    const begin = performance.now()
    spawnSync('true')
    return performance.now() - begin
  })
  return Math.max(...times)
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
    const { namespaces } = runner.traces
    const begin = performance.now()
    await runner.kill()
    const died = performance.now()
    const rest = await cleaning(runner.traces, died, 5 * PROMISE)
    const slowness = rest.time > PROMISE ? 20 * slowestStart() : 0
    return { moment: at, delay, namespaces, dying: died - begin, slowness, ...rest }
  } finally {
    await runner.kill()
  }
}

// A look at all processes while the runner does what takes it no time would be one of thousands.
test.runIf(computingTakesTime)(
  `a runner that is killed leaves nothing, ${ROUNDS} times`,
  async () => {
    const rounds: Round[] = []
    for (let round = 0; round < ROUNDS; round += 1) {
      rounds.push(await killOnce(MOMENTS[round % MOMENTS.length]!))
    }
    if (TABLE !== undefined) writeFileSync(TABLE, JSON.stringify({ rounds, source }))
    // The watcher saw the labs: else it would find nothing afterwards, too.
    expect(rounds.filter(({ namespaces }) => namespaces > 10).length).toBeGreaterThan(ROUNDS / 2)
    expect(rounds.filter(({ left }) => left.length > 0)).toEqual([])
    expect(rounds.filter(({ time, slowness }) => time > PROMISE + slowness)).toEqual([])
  },
  ROUNDS * 10_000,
)

const { base } = v2

// With both gone nobody is left to remove the control group: the next run does, or `netrig clean`. What
// is younger than 5 s may be a lab that is about to be, and is left. In a group of its own, for any other
// lab on the machine would tidy up as well.
// Where v2 carries limits, labs' groups are where those may be had, and that is not below the runner's own.
test.skipIf(base === undefined || Object.values(source).includes(2))(
  'the runner and the supervisor are killed together',
  async () => {
    const own = `${base}/netrig-test-${process.pid}`
    mkdirSync(own)
    try {
      const first = await stale(own)
      await sleep(2500)
      const second = await stale(own)
      expect([first, second].map((group) => existsSync(group))).toEqual([true, true])
      await sleep(5100 - ageOf(first))
      expect(ageOf(second)).toBeLessThan(4000)
      await inGroup('once.mjs', own).exited
      expect([first, second].map((group) => existsSync(group))).toEqual([false, true])
      await sleep(5100 - ageOf(second))
      const { code, out } = await netrig('clean')
      expect(out).toContain(`removed ${second}`)
      expect(code).toBe(0)
      expect(existsSync(second)).toBe(false)
    } finally {
      rmdirSync(own)
    }
  },
  30_000,
)

/** Milliseconds since a group was made; of one that is gone, a lot. */
function ageOf(group: string): number {
  return existsSync(group) ? Date.now() - statSync(group).ctimeMs : 1e6
}

/** A runner whose labs have their control groups below this one. */
function inGroup(script: string, group: string): Runner {
  const runner = new Runner(script)
  // Node takes a while before it comes to the script.
  writeFileSync(`${group}/cgroup.procs`, String(runner.child.pid))
  return runner
}

/** The control group of a lab that nobody was left to tidy up after. */
async function stale(group: string): Promise<string> {
  const runner = inGroup('life.mjs', group)
  await runner.heard(/^running$/)
  runner.traces.look()
  const [lab] = runner.traces.labs
  for (const pid of runner.traces.supervisors()) process.kill(pid, 'SIGKILL')
  await runner.kill()
  const left = `${group}/${labGroupName(lab!)}`
  // Nothing but that: the kernel took the rest.
  await eventually('all else is gone', () => runner.traces.left().every((one) => one === left))
  return left
}
