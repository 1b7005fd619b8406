// Every measure by name, with what the issue of wires asks for.
import { measureCapacity, measureManyLinks, measureMemory } from './capacity.mjs'
import {
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
} from './measures.mjs'
import { measureSeeds } from './seeds.mjs'

const ge = { toBad: 0.02, toGood: 0.25 }
/** What a loss of 10% with a correlation of 90% is mapped to. */
const alike = { toBad: 0.01, toGood: 0.09 }

/**
 * @typedef {import('./measures.mjs').Bench} Bench
 * @typedef {import('./measures.mjs').Row} Row
 * @type {Record<string, (bench: Bench, tables: Record<string, number[]>) => Promise<Row[]>>}
 */
export const measures = {
  echoes: (bench) => measureEchoes(bench),
  'delay-1': (bench) => measureDelay(bench, 1),
  'delay-10': (bench) => measureDelay(bench, 10),
  'delay-100': (bench) => measureDelay(bench, 100),
  'delay-1000': (bench) => measureDelay(bench, 1000, 30),
  'jitter-normal': (bench) => measureJitter(bench, 'normal'),
  'jitter-uniform': (bench) => measureJitter(bench, 'uniform'),
  'jitter-pareto': (bench, tables) => measureJitter(bench, 'pareto', tables.pareto),
  'jitter-paretonormal': (bench, tables) =>
    measureJitter(bench, 'paretonormal', tables.paretonormal),
  'loss-0.1%': (bench) => measureLoss(bench, 0.001),
  'loss-1%': (bench) => measureLoss(bench, 0.01),
  'loss-10%': (bench) => measureLoss(bench, 0.1),
  'loss-50%': (bench) => measureLoss(bench, 0.5),
  'loss-bursts': (bench) => measureBursts(bench, { model: 'gilbert-elliott', ...ge }, ge),
  'loss-alike': (bench) => measureBursts(bench, { rate: 0.1, correlation: 0.9 }, alike),
  chances: (bench) => measureChances(bench),
  'rate-1': (bench) => measureRate(bench, 1e6, 10),
  'rate-10': (bench) => measureRate(bench, 10e6),
  'rate-100': (bench) => measureRate(bench, 100e6, 3),
  'queue-1': (bench) => measureQueue(bench, 1e6),
  'queue-10': (bench) => measureQueue(bench, 10e6),
  'queue-100': (bench) => measureQueue(bench, 100e6),
  mathis: (bench) => measureMathis(bench),
  updates: (bench) => measureUpdates(bench),
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
