// The same seed and the same traffic: the same packets lost, to the packet.
import { between, row } from './measures.mjs'
import { oneWay } from './traffic.mjs'

const CONDITIONS = { delay: 2, jitter: 1, loss: { rate: 0.1, correlation: 0.3 }, duplicate: 0.05 }

/** Which datagrams came, and how often, in one run. */
async function run(bench, seed, count) {
  return between({ ...bench, seed }, { there: CONDITIONS }, async (a, b) => {
    const came = await oneWay(bench.traffic, a, b, { count, gap: 200 })
    return came.map(({ number }) => number).join(' ')
  })
}

/** @param {import('./measures.mjs').Bench} bench */
export async function measureSeeds(bench, runs = 20, count = 500) {
  const first = await run(bench, 1, count)
  let same = 1
  while (same < runs && (await run(bench, 1, count)) === first) same += 1
  const other = (await run(bench, 2, count)) === first ? 1 : 0
  return [
    row(`runs of ${runs} with one seed that were alike, to the packet`, same, runs, runs),
    row('and with another seed', other, 0, 0),
  ]
}
