// Wires against theory. Each measure makes a lab of its own and answers with rows: what was asked, what came,
// and between which bounds that may lie. Tests use them as the benchmark does.
import {
  bursts,
  kolmogorovSmirnov,
  ksBound,
  listCdf,
  mathisRate,
  mean,
  normalCdf,
  percentile,
  threeSigma,
  uniformCdf,
} from './theory.mjs'
import { oneWay, roundTrips, tcp } from './traffic.mjs'

/**
 * @typedef {{
 *   createLab: (options: any) => Promise<any>,
 *   engine: 'netem' | 'relay',
 *   traffic: string,
 *   virtual: boolean,
 *   seed?: number,
 * }} Bench `virtual`: time is, so bounds are those of the wire and not of the machine
 * @typedef {{ name: string, value: number, low: number, high: number, unit: string }} Row
 */

/** Bytes of a full frame, and of TCP's payload in it (with time stamps). */
const FRAME = 1514
const SEGMENT = 1448

/** @param {Row} row */
export const holds = ({ value, low, high }) => value >= low && value <= high

/** @returns {Row} */
export function row(name, value, low, high, unit = '') {
  return { name, value, low, high, unit }
}

/**
 * Runs a measure in a lab of two hosts and a link.
 *
 * @template T
 * @param {Bench} bench
 * @param {any} conditions
 * @param {(from: any, to: any, link: any) => Promise<T>} body
 */
export async function between({ createLab, engine, seed = 1 }, conditions, body) {
  const lab = await createLab({ engine, seed })
  try {
    const [a, b] = lab.hosts('a', 'b')
    const link = lab.link(a, b)
    await lab.start()
    // Addresses are found out over a wire without conditions: what is measured begins with the first datagram.
    await a.connect({ host: 'b', port: 9, timeout: 5000 }).catch(() => undefined)
    if (conditions.both !== undefined) await link.update(conditions.both)
    if (conditions.there !== undefined) await link.update({ ...conditions.there, from: a })
    return await body(a, b, link)
  } finally {
    await lab.stop()
  }
}

/** @param {Bench} bench */
export async function measureDelay(bench, delay, count = 100) {
  return between(bench, { both: { delay } }, async (a, b) => {
    await roundTrips(bench.traffic, a, b, { count: 3 })
    const times = await roundTrips(bench.traffic, a, b, { count, gap: 5 })
    const over = times.map((time) => time - 2 * delay)
    const slack = bench.virtual ? 0.05 : 0.3
    const name = `delay ${delay} ms`
    return [
      row(`${name}, mean round trip less twice that`, mean(over), -slack, slack, 'ms'),
      row(
        `${name}, 99th percentile`,
        percentile(over, 0.99),
        -slack,
        bench.virtual ? 0.05 : 1.5,
        'ms',
      ),
    ]
  })
}

/** Echoes on end: the least and the most that a round trip took. @param {Bench} bench */
export async function measureEchoes(bench, delay = 25, count = 300) {
  return between(bench, { both: { delay } }, async (a, b) => {
    const times = await roundTrips(bench.traffic, a, b, { count })
    const slack = bench.virtual ? 0.2 : 5
    const name = `${count} echoes over ${delay} ms each way`
    return [
      row(`${name}, least`, Math.min(...times), 2 * delay - 0.2, 2 * delay + slack, 'ms'),
      row(`${name}, most`, Math.max(...times), 2 * delay - 0.2, 2 * delay + slack, 'ms'),
    ]
  })
}

/**
 * @param {Bench} bench
 * @param {'normal' | 'uniform' | 'pareto' | 'paretonormal'} distribution
 * @param {readonly number[]} [table] its deviations, for those without a formula
 */
export async function measureJitter(bench, distribution, table, count = 5000) {
  const [delay, jitter] = [50, 2]
  const there = { delay, jitter, distribution }
  return between(bench, { there }, async (a, b) => {
    // More than 8 deviations apart, so that none has to wait for the one before.
    const came = await oneWay(bench.traffic, a, b, { count, gap: 9000 * jitter })
    const sample = came.map((one) => (one.delay - delay) / jitter)
    const cdf = { normal: normalCdf, uniform: uniformCdf }[distribution] ?? listCdf(table ?? [])
    const statistic = kolmogorovSmirnov(sample, cdf)
    return [
      row(
        `jitter ${distribution}, Kolmogorov-Smirnov, n = ${came.length}`,
        statistic,
        0,
        ksBound(count),
      ),
    ]
  })
}

/** @param {Bench} bench */
export async function measureLoss(bench, loss, count = 20_000) {
  return between(bench, { there: { loss } }, async (a, b, link) => {
    const before = link.stats()?.a.lost ?? 0
    const came = await oneWay(bench.traffic, a, b, { count, gap: 100 })
    const slack = threeSigma(count, loss)
    const lost = count - came.length
    return [
      row(
        `loss ${loss * 100}%, lost of ${count}`,
        lost,
        count * loss - slack,
        count * loss + slack,
      ),
      row(`loss ${loss * 100}%, counted`, (link.stats()?.a.lost ?? 0) - before, lost, lost),
    ]
  })
}

/** @param {Bench} bench */
async function measureBursts(bench, loss, { toBad, toGood }, count = 20_000) {
  return between(bench, { there: { loss } }, async (a, b) => {
    const came = await oneWay(bench.traffic, a, b, { count, gap: 100 })
    const lost = new Array(count).fill(true)
    for (const { number } of came) lost[number] = false
    const runs = bursts(lost)
    // Runs of a chain of two states are geometric.
    const length = 1 / toGood
    const slack = (3 * Math.sqrt(1 - toGood)) / toGood / Math.sqrt(runs.length)
    const share = toBad / (toBad + toGood)
    const alike = 1 - toBad - toGood
    const wide = threeSigma(count, share) * Math.sqrt((1 + alike) / (1 - alike))
    const name = `loss in bursts of ${length.toFixed(1)}`
    return [
      row(`${name}, mean length`, mean(runs), length - slack, length + slack),
      row(
        `${name}, lost of ${count}`,
        count - came.length,
        count * share - wide,
        count * share + wide,
      ),
    ]
  })
}

/** @param {Bench} bench */
export const measureChain = (bench, count) => {
  const chain = { toBad: 0.02, toGood: 0.25 }
  return measureBursts(bench, { model: 'gilbert-elliott', ...chain }, chain, count)
}

/**
 * What a loss of 10% with a correlation of 90% is mapped to: netem's own way loses 0 of 1000.
 *
 * @param {Bench} bench
 */
export const measureAlike = (bench, count) =>
  measureBursts(bench, { rate: 0.1, correlation: 0.9 }, { toBad: 0.01, toGood: 0.09 }, count)

/** Copies, overtakers, turned bits: each apart. @param {Bench} bench */
export async function measureChances(bench, chance = 0.05, count = 20_000) {
  const slack = threeSigma(count, chance)
  const [low, high] = [count * chance - slack, count * chance + slack]
  const run = (conditions, count_) =>
    between(bench, { there: conditions }, async (a, b) =>
      count_(await oneWay(bench.traffic, a, b, { count, size: 1000, gap: 200 })),
    )
  const duplicates = await run({ duplicate: chance }, (came) => came.length - count)
  const early = await run(
    { delay: 20, reorder: chance },
    (came) => came.filter(({ delay }) => delay < 1).length,
  )
  // A bit turned over in a header is a packet that never arrives.
  const turned = await run(
    { corrupt: chance },
    (came) => count - came.filter(({ number }) => !Number.isNaN(number)).length,
  )
  const name = `${chance * 100}% of ${count}`
  return [
    row(`duplicate ${name}`, duplicates, low, high),
    row(`reorder ${name}`, early, low, high),
    row(`corrupt ${name}`, turned, low, high),
  ]
}

/** @param {Bench} bench @param {number} rate bits per second */
export async function measureRate(bench, rate, seconds = 4) {
  const bytes = Math.max(1 << 20, (rate / 8) * seconds)
  return between(bench, { both: { rate, delay: 1 } }, async (a, b) => {
    const { rate: got } = await tcp(bench.traffic, a, b, bytes)
    const share = got / (rate * (SEGMENT / FRAME))
    return [row(`rate ${rate / 1e6} mbit, goodput of what headers leave`, share, 0.9, 1)]
  })
}

/** The delay that a full queue adds. @param {Bench} bench @param {number} rate bits per second */
export async function measureQueue(bench, rate, queue = 50) {
  const frame = (FRAME * 8 * 1000) / rate
  return between(bench, { both: { rate, queue: `${queue}ms` } }, async (a, b) => {
    const packets = Math.ceil((2 * queue * 40) / frame)
    // Twice what the rate takes, so that the queue is full from then on.
    const gap = Math.round((frame * 1000) / 2)
    const came = await oneWay(bench.traffic, a, b, { count: packets, size: FRAME - 42, gap })
    const late = came.slice(Math.floor(came.length / 2)).map(({ delay }) => delay)
    const slack = 5 + frame
    return [
      row(
        `queue ${queue} ms at ${rate / 1e6} mbit, added`,
        mean(late),
        queue - slack,
        queue + slack,
        'ms',
      ),
    ]
  })
}

/** TCP under loss, against its law. @param {Bench} bench */
export async function measureMathis(bench, loss = 0.01, roundTrip = 40, bytes = 24 << 20) {
  const conditions = { both: { delay: roundTrip / 2 }, there: { loss } }
  return between(bench, conditions, async (a, b) => {
    const { rate } = await tcp(bench.traffic, a, b, bytes)
    const law = mathisRate(SEGMENT, roundTrip / 1000, loss)
    return [
      row(`TCP at ${loss * 100}% and ${roundTrip} ms, of the Mathis law`, rate / law, 0.7, 1.3),
    ]
  })
}

/** Changes under load: what the conditions do not lose is not lost. @param {Bench} bench */
export async function measureUpdates(bench, updates = 1000, seconds = 10) {
  return between(bench, { both: { delay: 5, rate: '50mbit' } }, async (a, b, link) => {
    const count = seconds * 1000
    let going = true
    const change = async () => {
      for (let at = 0; at < updates && going; at += 1) {
        await link.update({ delay: 3 + (at % 5), jitter: at % 3, rate: `${20 + (at % 50)}mbit` })
        await new Promise((resolve) => setTimeout(resolve, (seconds * 1000) / updates))
      }
    }
    const changed = change()
    const came = await oneWay(bench.traffic, a, b, { count, gap: 1000 })
    going = false
    await changed
    const order = came.every(({ number }, at) => at === 0 || number > came[at - 1].number)
    return [
      row(`${updates} updates under load, arrived of ${count}`, came.length, count, count),
      row('and in order', order ? 1 : 0, 1, 1),
    ]
  })
}
