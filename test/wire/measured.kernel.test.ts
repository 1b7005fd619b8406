import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import {
  holds,
  measureBursts,
  measureChances,
  measureDelay,
  measureEchoes,
  measureJitter,
  measureLoss,
  measureMathis,
  measureQueue,
  measureRate,
  measureUpdates,
} from '../../bench/wires/measures.mjs'
import { compileTraffic } from '../../bench/wires/traffic.mjs'
import { createLab } from '../../src/index.js'
import { distributionTable, TABLE_SCALE } from '../../src/wire/conditions/index.js'
import { netemHere, virtualHere } from './netem/needs.js'

// In virtual time, where nothing but the wire takes time: `netrig vm --virtual-time -- npx vitest run ...`.
// bench/wires has the same with more packets, and the relay on the machine's own clock.

type Row = { name: string; value: number; low: number; high: number }
const engines = ['netem', 'relay'] as const
const chain = { toBad: 0.02, toGood: 0.25 }

describe.skipIf(!virtualHere).each(engines)('%s in virtual time', (engine) => {
  let traffic: ReturnType<typeof compileTraffic>
  beforeAll(() => {
    traffic = compileTraffic()
  })
  afterAll(() => traffic.remove())
  const measured = (
    name: string,
    measure: (bench: Parameters<typeof measureDelay>[0]) => Promise<Row[]>,
  ) =>
    test.skipIf(engine === 'netem' && !netemHere)(name, { timeout: 120_000 }, async () => {
      for (const row of await measure({ createLab, engine, traffic: traffic.path, virtual: true }))
        expect(holds(row as never), JSON.stringify(row)).toBe(true)
    })

  measured('300 echoes over 25 ms each way all take 50 ms', (bench) => measureEchoes(bench))
  measured('a delay of a millisecond', (bench) => measureDelay(bench, 1, 30))
  measured('a delay of a second', (bench) => measureDelay(bench, 1000, 10))
  measured('normal jitter', (bench) => measureJitter(bench, 'normal', undefined, 1500))
  measured('uniform jitter', (bench) => measureJitter(bench, 'uniform', undefined, 1500))
  measured('the jitter of a table', (bench) => {
    const table = Array.from(distributionTable('paretonormal'), (entry) => entry / TABLE_SCALE)
    return measureJitter(bench, 'paretonormal', table, 1500)
  })
  measured('a loss of 1%', (bench) => measureLoss(bench, 0.01, 5000))
  measured('a loss of a half', (bench) => measureLoss(bench, 0.5, 5000))
  measured('losses in bursts', (bench) =>
    measureBursts(bench, { model: 'gilbert-elliott', ...chain }, chain, 8000),
  )
  measured('losses alike', (bench) =>
    // 10% with 90%: netem's own way loses 0 of 1000.
    measureBursts(bench, { rate: 0.1, correlation: 0.9 }, { toBad: 0.01, toGood: 0.09 }, 8000),
  )
  measured('copies, overtakers and turned bits', (bench) => measureChances(bench, 0.05, 4000))
  measured('a rate', (bench) => measureRate(bench, 10e6, 2))
  measured('a queue', (bench) => measureQueue(bench, 10e6))
  measured('TCP under loss', (bench) => measureMathis(bench, 0.01, 40, 8 << 20))
  measured('200 changes under load', (bench) => measureUpdates(bench, 200, 2))
})
