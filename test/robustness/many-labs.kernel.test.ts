import { writeFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { computingTakesTime } from '../support/processor.js'
import { PROMPT } from './support/here.js'
import { Runner } from './support/runner.js'
import { cleaning } from './support/traces.js'

/** By hand: long/labs.mjs asks for more. */
const LABS = Number(process.env.NETRIG_LABS ?? 40)
const NEIGHBOURS = Number(process.env.NETRIG_NEIGHBOURS ?? 8)
const TABLE = process.env.NETRIG_TABLE
/** After so many labs everything that is made once has been made. */
const WARM = 10

interface Figures {
  /** After each lab. */
  readonly descriptors: readonly number[]
  readonly memory: readonly number[]
  readonly labs: readonly string[]
}

// runners/many.mjs:      a ---- lan --~-- b
test(
  `${LABS} labs one after another in one process`,
  async () => {
    const runner = new Runner('many.mjs', [String(LABS)], ['--expose-gc'])
    // Where computing takes no time a lab is gone in a few milliseconds.
    const watch = setInterval(() => runner.traces.look(), computingTakesTime ? 50 : 4)
    const begin = performance.now()
    await runner.exited
    clearInterval(watch)
    expect(runner.child.exitCode).toBe(0)
    const time = performance.now() - begin
    const { descriptors, memory } = JSON.parse(runner.last) as Figures
    if (TABLE !== undefined) writeFileSync(TABLE, JSON.stringify({ descriptors, memory, time }))
    const seen = runner.traces.labs.size
    runner.traces.end()
    const { left } = await cleaning(runner.traces, performance.now(), PROMPT)

    expect(left).toEqual([])
    // The watcher saw most of them, and the spare one that the last left.
    expect(seen).toBeGreaterThan(LABS / 2)
    const warm = descriptors.slice(WARM)
    // A spare lab may or may not be there when they are counted, with its four descriptors.
    expect(Math.max(...warm) - Math.min(...warm)).toBeLessThanOrEqual(4)
    const [first, last] = [memory.slice(WARM, WARM + 10), memory.slice(-10)].map(median)
    expect((last! - first!) / 2 ** 20).toBeLessThan(24)
  },
  LABS * 2000,
)

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[values.length >> 1]!
}

// runners/neighbour.mjs, each:     a ---- lan ---- b
test(`${NEIGHBOURS} runners at once, same names and subnets: each finds its own`, async () => {
  const runners = Array.from(
    { length: NEIGHBOURS },
    (_, n) => new Runner('neighbour.mjs', [`token-${n}-${Math.random()}`]),
  )
  try {
    await Promise.all(runners.map((runner) => runner.heard(/^ready$/, 1, 60_000)))
    for (const runner of runners) runner.say('go')
    await Promise.all(runners.map((runner) => runner.heard(/^passed$/, 1, 60_000)))
    for (const runner of runners) runner.traces.look()
    expect(new Set(runners.flatMap(({ traces }) => [...traces.labs])).size).toBe(NEIGHBOURS)
    // One stops, another is killed: the rest goes on.
    const [stops, dies, ...rest] = runners
    stops!.say('stop')
    await Promise.all([stops!.heard(/^stopped$/), dies!.kill()])
    for (const runner of rest) runner.say('stop')
    await Promise.all(rest.map((runner) => runner.heard(/^stopped$/)))
  } finally {
    for (const runner of runners) await runner.kill()
  }
  for (const { traces } of runners) {
    const { left } = await cleaning(traces, performance.now(), PROMPT, false)
    expect(left).toEqual([])
  }
}, 120_000)
