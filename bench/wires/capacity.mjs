// What the relay carries beside a bare wire (two veth pairs that the kernel joins), in turn in one run: only
// ratios mean something on a machine that others use.
import { readdirSync, readFileSync } from 'node:fs'
import { row } from './measures.mjs'
import { percentile } from './theory.mjs'
import { ready, roundTrips } from './traffic.mjs'

/** @typedef {import('./measures.mjs').Bench} Bench */

const ROUNDS = 5
const median = (values) => percentile(values, 0.5)

/** Two hosts on a bare link and two on a relayed one without conditions. @param {Bench} bench */
async function bothWires({ createLab, seed = 1 }, body) {
  const lab = await createLab({ engine: 'relay', seed })
  try {
    const [a, b, c, d] = lab.hosts('a', 'b', 'c', 'd')
    const bare = lab.link(a, b)
    const relayed = lab.link(c, d)
    await lab.start()
    await relayed.update({ delay: 1 })
    await relayed.update({ delay: 0 })
    return await body({ bare: [a, b, bare], relay: [c, d, relayed] }, lab)
  } finally {
    await lab.stop()
  }
}

async function flood(path, [from, to], kind, ...words) {
  const { child } = await ready(to, path, kind === 'tcp' ? 'tcp-drain' : 'udp-count', 4001)
  await from.exec(path, [`${kind}-flood`, to.address, '4001', ...words])
  const [amount, microseconds] = (await child).stdout.split('\n').at(-1).split(' ').map(Number)
  return amount / (microseconds / 1e6)
}

/** @param {Bench} bench */
export async function measureCapacity(bench) {
  return bothWires(bench, async (wires) => {
    const samples = { bare: { tcp: [], udp: [], ping: [] }, relay: { tcp: [], udp: [], ping: [] } }
    for (let round = 0; round < ROUNDS; round += 1) {
      for (const [name, wire] of Object.entries(wires)) {
        const sample = samples[name]
        sample.tcp.push(await flood(bench.traffic, wire, 'tcp', '1000'))
        sample.udp.push(await flood(bench.traffic, wire, 'udp', '1000', '22'))
        const times = await roundTrips(bench.traffic, wire[0], wire[1], { count: 300, gap: 0.5 })
        sample.ping.push(median(times))
      }
    }
    const bare = Object.fromEntries(Object.entries(samples.bare).map(([k, v]) => [k, median(v)]))
    const relay = Object.fromEntries(Object.entries(samples.relay).map(([k, v]) => [k, median(v)]))
    // 120 000 where the bare pair does 250 000.
    const share = 120_000 / 250_000
    return [
      row('TCP over a bare wire', (bare.tcp * 8) / 1e9, 0, Number.MAX_VALUE, 'gbit'),
      row('TCP over the relay, of that', relay.tcp / bare.tcp, 0.6, 2),
      row('64-byte UDP a second over a bare wire', bare.udp, 0, Number.MAX_VALUE),
      row(
        '64-byte UDP a second over the relay',
        relay.udp,
        Math.min(120_000, bare.udp * share),
        1e9,
      ),
      row('round trip over a bare wire, median', bare.ping * 1000, 0, Number.MAX_VALUE, 'us'),
      row('the relay adds', (relay.ping - bare.ping) * 1000, 0, 150, 'us'),
    ]
  })
}

/** Memory of the relay while 100 mbit are a second under way. @param {Bench} bench */
export async function measureMemory({ createLab, traffic, seed = 1 }) {
  const others = new Set(relays())
  const lab = await createLab({ engine: 'relay', seed })
  try {
    const [a, b] = lab.hosts('a', 'b')
    const link = lab.link(a, b, { rate: '100mbit' })
    await lab.start()
    const own = relays().filter((pid) => !others.has(pid))
    await a.connect({ host: 'b', port: 9, timeout: 5000 }).catch(() => undefined)
    await link.update({ delay: '1s' })
    const stream = flood(traffic, [a, b], 'udp', '2500', '1472')
    await new Promise((resolve) => setTimeout(resolve, 2300))
    const held = link.stats().a
    const rows = [
      row('memory at 100 mbit x 1 s', Math.max(...own.map(peakMemory)), 0, 64, 'MiB'),
      // A second of delay, and a queue of twice that.
      row('packets held meanwhile', held.packets - held.delivered - held.overQueue, 7800, 25_000),
    ]
    await stream
    return rows
  } finally {
    await lab.stop()
  }
}

/** Links of one lab, each with conditions, all used. @param {Bench} bench */
export async function measureManyLinks({ createLab, traffic, seed = 1 }, count = 200) {
  const lab = await createLab({ engine: 'relay', seed })
  try {
    const hub = lab.switch('hub', { subnet: '10.9.0.0/22' })
    const hosts = Array.from({ length: count }, (_, at) => lab.host(`h${at}`))
    for (const host of hosts) lab.link(host, hub, { delay: 5, loss: '0.1%' })
    await lab.start()
    let answered = 0
    for (let at = 0; at + 1 < hosts.length; at += 20) {
      const times = await roundTrips(traffic, hosts[at], hosts[at + 1], {
        count: 5,
        timeout: 3000,
      })
      answered += times.filter((time) => time >= 20).length
    }
    return [row(`${count} links, answers of ${count / 4}`, answered, count / 4 - 3, count / 4)]
  } finally {
    await lab.stop()
  }
}

/** Processes called relay. */
function relays() {
  return readdirSync('/proc').filter((pid) => {
    try {
      return /^\d+$/.test(pid) && readFileSync(`/proc/${pid}/comm`, 'utf8') === 'relay\n'
    } catch {
      return false // it ended meanwhile
    }
  })
}

/** The most that a process ever had in memory, MiB: proc(5). */
function peakMemory(pid) {
  const [, kilobytes] =
    /^VmHWM:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? []
  return Number(kilobytes ?? 0) / 1024
}
