import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import * as wire from '../../bench/wires/measures.mjs'
import { compileTraffic } from '../../bench/wires/traffic.mjs'
import { createLab } from '../../src/index.js'
import { distributionTable, TABLE_SCALE } from '../../src/wire/conditions/index.js'
import { netemHere, virtualHere } from './netem/needs.js'

// In virtual time, where nothing but the wire takes time: `netrig vm --virtual-time -- npx vitest run ...`.
// bench/wires has the same with more packets, and the relay on the machine's own clock.

type Row = { name: string; value: number; low: number; high: number }
const engines = ['netem', 'relay'] as const

describe.skipIf(!virtualHere).each(engines)('%s in virtual time', (engine) => {
  let traffic: ReturnType<typeof compileTraffic>
  beforeAll(() => {
    traffic = compileTraffic()
  })
  afterAll(() => traffic.remove())
  const measured = (
    name: string,
    measure: (bench: Parameters<typeof wire.measureDelay>[0]) => Promise<Row[]>,
  ) =>
    test.skipIf(engine === 'netem' && !netemHere)(name, { timeout: 120_000 }, async () => {
      for (const row of await measure({ createLab, engine, traffic: traffic.path, virtual: true }))
        expect(wire.holds(row as never), JSON.stringify(row)).toBe(true)
    })

  measured('300 echoes over 25 ms each way all take 50 ms', (bench) => wire.measureEchoes(bench))
  measured('a delay of a millisecond', (bench) => wire.measureDelay(bench, 1, 30))
  measured('a delay of a second', (bench) => wire.measureDelay(bench, 1000, 10))
  measured('normal jitter', (bench) => wire.measureJitter(bench, 'normal', undefined, 1500))
  measured('uniform jitter', (bench) => wire.measureJitter(bench, 'uniform', undefined, 1500))
  measured('the jitter of a table', (bench) => {
    const table = Array.from(distributionTable('paretonormal'), (entry) => entry / TABLE_SCALE)
    return wire.measureJitter(bench, 'paretonormal', table, 1500)
  })
  measured('a loss of 1%', (bench) => wire.measureLoss(bench, 0.01, 5000))
  measured('a loss of a half', (bench) => wire.measureLoss(bench, 0.5, 5000))
  measured('losses in bursts', (bench) => wire.measureChain(bench, 8000))
  measured('losses alike', (bench) => wire.measureAlike(bench, 8000))
  measured('copies, overtakers and turned bits', (bench) => wire.measureChances(bench, 0.05, 4000))
  measured('a rate', (bench) => wire.measureRate(bench, 10e6, 2))
  measured('a queue', (bench) => wire.measureQueue(bench, 10e6))
  measured('TCP under loss', (bench) => wire.measureMathis(bench, 0.01, 40, 8 << 20))
  measured('200 changes under load', (bench) => wire.measureUpdates(bench, 200, 2))
})
