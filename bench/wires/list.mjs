// Every measure by name, with what the issue of wires asks for.
import { measureCapacity, measureManyLinks, measureMemory } from './capacity.mjs'
import * as wire from './measures.mjs'
import { measureSeeds } from './seeds.mjs'

/**
 * @typedef {import('./measures.mjs').Bench} Bench
 * @typedef {import('./measures.mjs').Row} Row
 * @type {Record<string, (bench: Bench, tables: Record<string, number[]>) => Promise<Row[]>>}
 */
export const measures = {
  echoes: (bench) => wire.measureEchoes(bench),
  'delay-1': (bench) => wire.measureDelay(bench, 1),
  'delay-10': (bench) => wire.measureDelay(bench, 10),
  'delay-100': (bench) => wire.measureDelay(bench, 100),
  'delay-1000': (bench) => wire.measureDelay(bench, 1000, 30),
  'jitter-normal': (bench) => wire.measureJitter(bench, 'normal'),
  'jitter-uniform': (bench) => wire.measureJitter(bench, 'uniform'),
  'jitter-pareto': (bench, tables) => wire.measureJitter(bench, 'pareto', tables.pareto),
  'jitter-paretonormal': (bench, tables) =>
    wire.measureJitter(bench, 'paretonormal', tables.paretonormal),
  'loss-0.1%': (bench) => wire.measureLoss(bench, 0.001),
  'loss-1%': (bench) => wire.measureLoss(bench, 0.01),
  'loss-10%': (bench) => wire.measureLoss(bench, 0.1),
  'loss-50%': (bench) => wire.measureLoss(bench, 0.5),
  'loss-bursts': (bench) => wire.measureChain(bench),
  'loss-alike': (bench) => wire.measureAlike(bench),
  chances: (bench) => wire.measureChances(bench),
  'rate-1': (bench) => wire.measureRate(bench, 1e6, 10),
  'rate-10': (bench) => wire.measureRate(bench, 10e6),
  'rate-100': (bench) => wire.measureRate(bench, 100e6, 3),
  'queue-1': (bench) => wire.measureQueue(bench, 1e6),
  'queue-10': (bench) => wire.measureQueue(bench, 10e6),
  'queue-100': (bench) => wire.measureQueue(bench, 100e6),
  mathis: (bench) => wire.measureMathis(bench),
  updates: (bench) => wire.measureUpdates(bench),
  seeds: (bench) => measureSeeds(bench),
  capacity: (bench) => measureCapacity(bench),
  memory: (bench) => measureMemory(bench),
  links: (bench) => measureManyLinks(bench),
}

/** Of the relay on the machine's own clock: floods look at it without end, which virtual time does not bear. */
export const ofMachine = new Set(['capacity', 'memory', 'links'])

/** Those that take minutes of real time; where time is virtual they take seconds. */
export const slow = new Set(
  Object.keys(measures).filter((name) => /^(jitter|delay-1000)/.test(name)),
)
